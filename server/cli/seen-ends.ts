/**
 * What both ends recorded, of a whole capture: the other end of a flow says whether a rule is needed there too, also where
 * the filter leaves its records out.
 */
import type { Flow, LabelledKey } from '../../src/flows/flow.ts'
import { conversationIdentity, signatureIdentity } from '../../src/flows/identity.ts'
import { bothEnds } from '../../src/trace/compare/both-ends.ts'
import { neededRules } from '../../src/trace/compare/needed-rules.ts'
import type { SeenKey } from '../../src/trace/compare/seen-key.ts'
import type { Statement } from '../../src/trace/words/statement.ts'

/** An upper bound on memory. What came later is not among those held, and nothing is said of it. */
const MAX_SEEN = 100_000

/** So many signatures of one destination tell whether policies govern it; more say nothing new. */
const MAX_ENTERING = 50

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export class SeenEnds {
  readonly #bySignature = new Map<string, Mutable<SeenKey>>()
  readonly #byConversation = new Map<string, SeenKey[]>()
  /** The records that a destination reported, of any source and port. */
  readonly #entering = new Map<string, SeenKey[]>()

  add({ key, startTime, endTime }: Flow): void {
    const signature = signatureIdentity(key)
    const known = this.#bySignature.get(signature)
    if (known !== undefined) {
      if (startTime > 0 && (known.firstSeen === 0 || startTime < known.firstSeen)) known.firstSeen = startTime
      if (endTime > known.lastSeen) known.lastSeen = endTime
      return
    }
    if (this.#bySignature.size >= MAX_SEEN) return
    const seen = { key, firstSeen: startTime, lastSeen: endTime }
    this.#bySignature.set(signature, seen)
    push(this.#byConversation, conversationIdentity(key), seen, MAX_SEEN)
    if (key.reporter === 'Dst') push(this.#entering, destinationIdentity(seen), seen, MAX_ENTERING)
  }

  /** What would allow the flow, or keep it, in words. */
  remedyOf({
    subject,
    firstSeen,
    lastSeen,
  }: {
    readonly subject: LabelledKey
    readonly firstSeen: number
    readonly lastSeen: number
  }): readonly Statement[] {
    const seen = { key: subject.key, firstSeen, lastSeen }
    const ends = bothEnds(seen, this.#byConversation.get(conversationIdentity(subject.key)) ?? [])
    return neededRules(seen, ends, this.#entering.get(destinationIdentity(seen)) ?? []).statements
  }
}

function destinationIdentity({ key: { destNamespace, destName } }: SeenKey): string {
  return JSON.stringify([destNamespace, destName])
}

function push(lists: Map<string, SeenKey[]>, identity: string, seen: SeenKey, limit: number): void {
  const list = lists.get(identity)
  if (list === undefined) lists.set(identity, [seen])
  else if (list.length < limit) list.push(seen)
}
