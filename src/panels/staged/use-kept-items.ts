import { useState } from 'react'

import { inKeptOrder, withNewKeys } from '../../lib/kept-places.ts'

/** An item of a list, as the last answer had it that had it at all. */
export interface KeptItem<Item> {
  readonly item: Item
  /** Whether the newest answer has it no more. */
  readonly isGone: boolean
}

/** What a list answers. Another `question`, once there is an `answer` to it, begins the list anew. */
export interface KeptFor {
  readonly question: unknown
  readonly answer: unknown
}

/**
 * The items in the order in which they came first, those that are gone in their places among them: none moves under the
 * pointer while answers come.
 */
export function useKeptItems<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { question, answer }: KeptFor,
): readonly KeptItem<Item>[] {
  const [kept, setKept] = useState<Kept<Item>>({
    question,
    answer: null,
    isStale: true,
    order: [],
    known: new Map(),
  })
  let { order, known } = kept
  if (question !== kept.question || answer !== kept.answer) {
    const isStale = kept.isStale || question !== kept.question
    // Until the new question is answered, the items are those of the one before.
    const isAnswered = answer !== kept.answer
    if (isAnswered) {
      order = withNewKeys(isStale ? [] : order, items.map(keyOf))
      known = new Map([...(isStale ? [] : known), ...items.map((item) => [keyOf(item), item] as const)])
    }
    setKept({ question, answer, isStale: isStale && !isAnswered, order, known })
  }
  const counted = new Set(items.map(keyOf))
  return inKeptOrder([...known.values()], order, keyOf).map((item) => ({
    item,
    isGone: !counted.has(keyOf(item)),
  }))
}

interface Kept<Item> extends KeptFor {
  /** Whether the order is of an older question. */
  readonly isStale: boolean
  readonly order: readonly string[]
  /** By key, each as it came last. */
  readonly known: ReadonlyMap<string, Item>
}
