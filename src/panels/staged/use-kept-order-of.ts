import { useState } from 'react'

import { inKeptOrder, withNewKeys } from '../../lib/kept-places.ts'

/**
 * The items in the order in which they came first, while what they count changes with each answer: none moves under the
 * pointer. `question` is what they answer: the first `answer` to another one sets the order anew.
 */
export function useKeptOrderOf<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { question, answer }: { readonly question: unknown; readonly answer: unknown },
): readonly Item[] {
  const [kept, setKept] = useState<Kept>({ question, answer: null, isStale: true, order: [] })
  let { order } = kept
  if (question !== kept.question || answer !== kept.answer) {
    const isStale = kept.isStale || question !== kept.question
    // Until the new question is answered, the items are those of the one before.
    const isAnswered = answer !== kept.answer
    if (isAnswered) order = withNewKeys(isStale ? [] : order, items.map(keyOf))
    setKept({ question, answer, isStale: isStale && !isAnswered, order })
  }
  return inKeptOrder(items, order, keyOf)
}

interface Kept {
  readonly question: unknown
  readonly answer: unknown
  /** Whether the order is of an older question. */
  readonly isStale: boolean
  readonly order: readonly string[]
}
