import { startTransition, useEffect, useState } from 'react'

import type { FieldId } from '../../flows/field.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import { type Facet, useFacetOfView } from '../../state/client/facets.ts'

/** The values of a facet for the view. Those of the search before are kept until the new ones arrive, so that nothing flickers. */
export function useFacet(field: FieldId, search: string, limit: number): Facet | undefined {
  const current = useFacetOfView(field, search, limit)
  const reading = useSnapshot(({ answer }) => answer === null)
  const [last, setLast] = useState<Facet | undefined>(undefined)
  const shown = reading ? undefined : (current ?? last)
  if (shown !== last) setLast(shown)
  // The first values are rendered in a transition after the first rows: rendering all facets at once would be a long task.
  const [isDue, setIsDue] = useState(false)
  const isHere = shown !== undefined
  useEffect(() => {
    if (isHere) startTransition(() => setIsDue(true))
  }, [isHere])
  return isDue ? shown : undefined
}
