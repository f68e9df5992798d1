import { useState } from 'react'

import type { FieldId } from '../../flows/field.ts'
import { FACETS } from './facet-groups.ts'
import { FacetGroup } from './FacetGroup.tsx'

/** All facets, one below the other, and which of them are expanded. */
export function FacetList() {
  const [open, setOpen] = useState<ReadonlySet<FieldId>>(
    () => new Set(FACETS.filter((facet) => facet.open).map(({ field }) => field)),
  )
  return FACETS.map(({ field }) => (
    <FacetGroup
      key={field}
      field={field}
      open={open.has(field)}
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
