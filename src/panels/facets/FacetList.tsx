import { type RefObject, useRef, useState } from 'react'

import { print } from '../../filter/language/print.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { useFacetsArePartial } from '../../state/client/facets.ts'
import { useSourceNumber } from '../../state/client/source-number.ts'
import { navigate, useViewPart } from '../../state/view/navigation.ts'
import { FACETS } from './facet-groups.ts'
import { FacetGroup } from './FacetGroup.tsx'
import { useOpenFacets } from './use-facet-list.ts'
import type { OrderEpochs } from './use-kept-order.ts'

const FIRST_EPOCHS: OrderEpochs = { query: 0, whole: 0 }

/** All facets, one below the other, and which of them are expanded. */
export function FacetList() {
  const [open, toggle] = useOpenFacets()
  const uses = useRef(new Set<'pointer' | 'focus'>())
  const { epochs, onFilter } = useOrderEpochs(uses)
  const sourceNumber = useSourceNumber()
  return (
    // Listens to what happens on the controls inside, and is no control itself.
    <div
      className="contents"
      onPointerEnter={() => uses.current.add('pointer')}
      onPointerLeave={() => uses.current.delete('pointer')}
      onFocus={() => uses.current.add('focus')}
      onBlur={() => uses.current.delete('focus')}
    >
      {FACETS.map(({ field }) => (
        <FacetGroup
          key={field}
          field={field}
          open={open.has(field)}
          epochs={epochs}
          sourceNumber={sourceNumber}
          onFilter={onFilter}
          onToggle={() => toggle(field)}
        />
      ))}
    </div>
  )
}

/**
 * The epochs of the values' order, and the function that makes a query. The values keep their order while both epochs
 * stay the same. In `uses` is how the reader uses the facets: nothing moves under the pointer or the focus.
 */
function useOrderEpochs(uses: RefObject<ReadonlySet<string>>) {
  const filter = useViewPart((view) => view.filter)
  const time = useViewPart((view) => view.time)
  const isPartial = useFacetsArePartial()
  const ownFilter = useRef<string | null>(null)
  const [at, setAt] = useState({ filter, time, isPartial, epochs: FIRST_EPOCHS })
  if (filter !== at.filter || time !== at.time || isPartial !== at.isPartial) {
    // Both refs are read as the reader has left them before this rendering; a rendering does not write them.
    // oxlint-disable-next-line react/refs
    const isOwn = time === at.time && ownFilter.current === print(filter)
    const isOtherQuery = (filter !== at.filter || time !== at.time) && !isOwn
    // The first values came from the beginning of the source: which are the most frequent is known only now.
    // oxlint-disable-next-line react/refs
    const isWhole = at.isPartial && !isPartial && uses.current.size === 0
    const { query, whole } = at.epochs
    const epochs =
      isOtherQuery || isWhole
        ? { query: query + (isOtherQuery ? 1 : 0), whole: whole + (isWhole ? 1 : 0) }
        : at.epochs
    setAt({ filter, time, isPartial, epochs })
  }
  return {
    epochs: at.epochs,
    onFilter: (next: Expression) => {
      ownFilter.current = print(next)
      navigate({ filter: next })
    },
  }
}
