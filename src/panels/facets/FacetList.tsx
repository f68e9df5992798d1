import { type RefObject, useRef, useState } from 'react'

import { print } from '../../filter/language/print.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import type { FieldId } from '../../flows/field.ts'
import { useIsPartial } from '../../state/client/source-status.ts'
import { navigate, useViewPart } from '../../state/view/navigation.ts'
import { FACETS } from './facet-groups.ts'
import { FacetGroup } from './FacetGroup.tsx'

/** All facets, one below the other, and which of them are expanded. */
export function FacetList() {
  const [open, setOpen] = useState<ReadonlySet<FieldId>>(
    () => new Set(FACETS.filter((facet) => facet.open).map(({ field }) => field)),
  )
  const uses = useRef(new Set<'pointer' | 'focus'>())
  const { epoch, onFilter } = useOrderEpoch(uses)
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
          epoch={epoch}
          onFilter={onFilter}
          onToggle={() =>
            setOpen((before) =>
              before.has(field)
                ? new Set([...before].filter((each) => each !== field))
                : new Set([...before, field]),
            )
          }
        />
      ))}
    </div>
  )
}

/**
 * A number that changes with each query that was not made by a click on a facet, and when the source has been read from
 * its beginning; and the function that makes a query. The values keep their order while the number stays the same. In
 * `uses` is how the reader uses the facets: nothing moves under the pointer or the focus.
 */
function useOrderEpoch(uses: RefObject<ReadonlySet<string>>) {
  const filter = useViewPart((view) => view.filter)
  const time = useViewPart((view) => view.time)
  const isPartial = useIsPartial()
  const ownFilter = useRef<string | null>(null)
  const [at, setAt] = useState({ filter, time, isPartial, epoch: 0 })
  if (filter !== at.filter || time !== at.time || isPartial !== at.isPartial) {
    // Both refs are read as the reader has left them before this rendering; a rendering does not write them.
    // oxlint-disable-next-line react/refs
    const isOwn = time === at.time && ownFilter.current === print(filter)
    const isOtherQuery = (filter !== at.filter || time !== at.time) && !isOwn
    // The first values came from the beginning of the source: which are the most frequent is known only now.
    // oxlint-disable-next-line react/refs
    const isWhole = at.isPartial && !isPartial && uses.current.size === 0
    setAt({ filter, time, isPartial, epoch: at.epoch + (isOtherQuery || isWhole ? 1 : 0) })
  }
  return {
    epoch: at.epoch,
    onFilter: (next: Expression) => {
      ownFilter.current = print(next)
      navigate({ filter: next })
    },
  }
}
