/** For tests: a page that gives orders to a {@link PolicyDesk} and waits for what comes of them. */
import type { LabelledKey } from '../../flows/flow.ts'
import { buildEndOfTier, buildKey } from '../../flows/testing/build.ts'
import { ensure } from '../../lib/assert.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { PolicyDocument, PolicyNews, PolicyOrder } from '../policy-messages.ts'
import { PolicyDesk, type PolicyScene } from '../worker/policy-desk.ts'

export const NOW = 1_790_000_000

export class DeskPage {
  readonly store = new RecordStore({ budget: 64 * 2 ** 20, live: true })
  readonly said: { readonly id: number; readonly news: PolicyNews }[] = []
  isOpen = true
  readonly desk: PolicyDesk
  #lastId = 0
  #waiting: (() => void)[] = []

  /** `clock` as of the desk: one that jumps makes each step a slice. */
  constructor(clock?: () => number) {
    this.desk = new PolicyDesk(
      (message) => {
        if (message.type !== 'policies') return
        this.said.push(message)
        for (const look of this.#waiting.splice(0)) look()
      },
      () => (this.isOpen ? this.#scene() : null),
      clock,
    )
  }

  /** Gives an order and returns its number. */
  give(order: PolicyOrder): number {
    const id = ++this.#lastId
    this.desk.receive(id, order)
    return id
  }

  newsOf(id: number): readonly PolicyNews[] {
    return this.said.filter((message) => message.id === id).map(({ news }) => news)
  }

  /** The news of an order that is no progress. */
  async answerTo(id: number): Promise<PolicyNews> {
    for (;;) {
      const news = this.newsOf(id).find((each) => each.news !== 'reading' && each.news !== 'evaluated')
      if (news !== undefined) return news
      // oxlint-disable-next-line no-await-in-loop -- one message after the other
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
  }

  /** The answer to an order, which is of that kind. */
  async ask<Kind extends PolicyNews['news']>(
    order: PolicyOrder,
    kind: Kind,
  ): Promise<Extract<PolicyNews, { news: Kind }>> {
    const news = await this.answerTo(this.give(order))
    if (news.news !== kind) throw new Error(`${news.news}: ${JSON.stringify(news)}`)
    return ensure(news as Extract<PolicyNews, { news: Kind }>, kind)
  }

  async load(...documents: readonly PolicyDocument[]) {
    return (await this.ask({ order: 'load', documents }, 'loaded')).loaded
  }

  async explain(flow: LabelledKey, at = NOW) {
    const during = { from: at, to: at + 15 }
    return (await this.ask({ order: 'explain', flow, during }, 'explained')).explanation
  }

  #scene(): PolicyScene {
    return { store: this.store, now: NOW, newest: null }
  }
}

/** The story's connection that its default deny denied, as its record has it: from the test pod to the API. */
export const DENIED: LabelledKey = {
  key: buildKey({
    sourceNamespace: 'default',
    sourceName: 'test',
    destNamespace: 'backend',
    destName: 'api',
    action: 'Deny',
    policies: {
      enforced: [buildEndOfTier('default-deny')],
      pending: [buildEndOfTier('01-dns-clients-egress')],
    },
  }),
  sourceLabels: ['run=test'],
  destLabels: ['app=api'],
}
