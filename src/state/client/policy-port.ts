/** What the lazy client of the policies sends through the store client, and hears from it. */
import type { Trouble } from '../../source/trouble.ts'
import type { PolicyNewsMessage, PolicyOrderMessage } from '../../store/policy-messages.ts'

/** What a listener hears: the worker's news, that another source was opened, or why the worker or the source is gone. */
export type PolicyEvent = PolicyNewsMessage | 'opened' | Trouble

export class PolicyPort {
  readonly post: (message: PolicyOrderMessage) => void
  /** Replaced by the client once its chunk is loaded. */
  hear: (event: PolicyEvent) => void = () => {}

  constructor(post: (message: PolicyOrderMessage) => void) {
    this.post = post
  }
}
