import { useRef, useState } from 'react'

import { print } from '../../filter/language/print.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import type { FieldId } from '../../flows/field.ts'
import { useView } from '../../state/view/navigation.ts'
import { FACETS } from './facet-groups.ts'
import { FacetGroup } from './FacetGroup.tsx'

/** All facets, one below the other, and which of them are expanded. */
export function FacetList() {
  const [open, setOpen] = useState<ReadonlySet<FieldId>>(
    () => new Set(FACETS.filter((facet) => facet.open).map(({ field }) => field)),
  )
  const { epoch, onFilter } = useQueryEpoch()
  return FACETS.map(({ field }) => (
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
  ))
}

/**
 * A number that changes with each query that was not made by a click on a facet, and the function that makes one. The
 * values keep their order while it stays the same, so that nothing moves under the pointer.
 */
function useQueryEpoch() {
  const [{ filter, time }, navigate] = useView()
  const ownFilter = useRef<string | null>(null)
  const [at, setAt] = useState({ filter, time, epoch: 0 })
  if (filter !== at.filter || time !== at.time) {
    // Reads what a click has written before this rendering; a rendering does not write it.
    // oxlint-disable-next-line react/refs
    const isOwn = time === at.time && ownFilter.current === print(filter)
    setAt({ filter, time, epoch: at.epoch + (isOwn ? 0 : 1) })
  }
  return {
    epoch: at.epoch,
    onFilter: (next: Expression) => {
      ownFilter.current = print(next)
      navigate({ filter: next })
    },
  }
}
