import { useState } from 'react'

import type { Facet } from '../../state/client/facets.ts'
import { orderOf, withNewValues } from './kept-order.ts'

/** How many values of a facet have a place. */
const MAX_VALUES = 50

/** Numbers that change when the order of the values has to be set anew; see `FacetList`. */
export interface OrderEpochs {
  /** Changes with each query that was not made by a click on a facet: its values are still to come. */
  readonly query: number
  /** Changes with the values of a source that has been read from its beginning: what was most frequent was so in a part. */
  readonly whole: number
}

interface Kept {
  readonly epochs: OrderEpochs
  readonly facet: Facet | undefined
  /** Whether the order is of an older query, until the first answer to the newer one. */
  readonly isStale: boolean
  readonly order: readonly string[]
}

/**
 * The order of a facet's values. It is set anew with the first answer after the query has changed, and with the answer
 * that counts the whole; until then each value keeps its place, whatever its count. `asked` are the values that the filter
 * names, `listed` how many are seen at first.
 */
export function useKeptOrder(
  facet: Facet | undefined,
  epochs: OrderEpochs,
  asked: readonly string[],
  listed: number,
): readonly string[] {
  const [kept, setKept] = useState<Kept>({ epochs, facet: undefined, isStale: true, order: [] })
  if (facet === kept.facet && epochs === kept.epochs) return kept.order
  const isWhole = epochs.whole !== kept.epochs.whole
  const isStale = kept.isStale || isWhole || epochs.query !== kept.epochs.query
  // The values of the whole may be those that are here already.
  const hasAnswer = facet !== undefined && (isWhole || facet !== kept.facet)
  const order = !hasAnswer
    ? kept.order
    : isStale
      ? orderOf(facet, asked, kept.order, listed, MAX_VALUES)
      : withNewValues(kept.order, facet, MAX_VALUES)
  setKept({ epochs, facet, isStale: isStale && !hasAnswer, order })
  return order
}
