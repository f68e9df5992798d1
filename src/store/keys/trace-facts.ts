import { decisionIdentity } from '../../flows/identity.ts'
import { verdictChange, verdictOf } from '../../flows/hit.ts'
import { growToFit } from '../../lib/grow-to-fit.ts'
import { TextDictionary } from '../columns/text-dictionary.ts'
import { type KeyDictionary, partIndex } from './key-dictionary.ts'

const ACTION = partIndex('action')
const POLICIES = partIndex('policies')

/** What {@link TraceFacts.stagedOf} returns where the pending verdict is Allow or Deny, and not the enforced one. */
export const STAGED_ALLOW = 1
export const STAGED_DENY = 2

/** What follows from the traces and verdicts of one key dictionary. Each trace is decoded once, when it is first asked about. */
export class TraceFacts {
  /** The distinct decisions. */
  readonly decisions = new TextDictionary()
  readonly #keys: KeyDictionary
  /** The codes of the two actions. */
  readonly #allow: number
  readonly #deny: number
  /** By trace: one more than the code of its deciding hit; 0 while it was not looked up. */
  #decisionOfTrace = new Uint32Array(16)
  /** By trace that was looked up. */
  #stagedOfTrace = new Uint8Array(16)

  constructor(keys: KeyDictionary) {
    this.#keys = keys
    this.#allow = keys.enums.internText('Allow')
    this.#deny = keys.enums.internText('Deny')
  }

  /** The code of what decided a flow. */
  decisionOf(flow: number): number {
    // First, because it may replace the array by a longer one.
    const trace = this.#lookUp(flow)
    return this.#decisionOfTrace[trace]! - 1
  }

  /**
   * How staged policies would change a flow's verdict: one of the constants above, or 0 for not at all or not known, as
   * where the trace does not give the verdict.
   */
  stagedOf(flow: number): number {
    const trace = this.#lookUp(flow)
    const staged = this.#stagedOfTrace[trace]!
    if (staged === 0) return 0
    const enforced = staged === STAGED_ALLOW ? this.#deny : this.#allow
    return this.#keys.codes[ACTION]![flow] === enforced ? staged : 0
  }

  #lookUp(flow: number): number {
    const trace = this.#keys.codes[POLICIES]![flow]!
    if (trace < this.#decisionOfTrace.length && this.#decisionOfTrace[trace] !== 0) return trace
    this.#decisionOfTrace = growToFit(this.#decisionOfTrace, trace)
    this.#stagedOfTrace = growToFit(this.#stagedOfTrace, trace)
    const policies = this.#keys.traces.value(trace)
    this.#decisionOfTrace[trace] = this.decisions.internText(decisionIdentity(policies.enforced)) + 1
    if (verdictChange(policies) === 'yes') {
      const pending = verdictOf(policies.pending)
      if (pending === 'Allow') this.#stagedOfTrace[trace] = STAGED_ALLOW
      if (pending === 'Deny') this.#stagedOfTrace[trace] = STAGED_DENY
    }
    return trace
  }
}
