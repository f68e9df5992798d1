import { useState } from 'react'

import type { Facet } from '../../state/client/facets.ts'
import { orderOf, withNewValues } from './kept-order.ts'

/** How many values of a facet have a place. */
const MAX_VALUES = 50

interface Kept {
  readonly epoch: number
  readonly facet: Facet | undefined
  /** Whether the order is of an older query, until the first answer to the newer one. */
  readonly isStale: boolean
  readonly order: readonly string[]
}

/**
 * The order of a facet's values. It is set anew with the first answer after `epoch` has changed; until then each value
 * keeps its place, whatever its count. `asked` are the values that the filter names, `listed` how many are seen at first.
 */
export function useKeptOrder(
  facet: Facet | undefined,
  epoch: number,
  asked: readonly string[],
  listed: number,
): readonly string[] {
  const [kept, setKept] = useState<Kept>({ epoch, facet: undefined, isStale: true, order: [] })
  if (facet === kept.facet && epoch === kept.epoch) return kept.order
  const isStale = kept.isStale || epoch !== kept.epoch
  const hasAnswer = facet !== undefined && facet !== kept.facet
  const order = !hasAnswer
    ? kept.order
    : isStale
      ? orderOf(facet, asked, kept.order, listed, MAX_VALUES)
      : withNewValues(kept.order, facet, MAX_VALUES)
  setKept({ epoch, facet, isStale: isStale && !hasAnswer, order })
  return order
}
