import { startTransition, useEffect, useMemo, useState } from 'react'

import type { FieldId } from '../../flows/field.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import type { Facet } from '../../state/client/rows.ts'

/** The values of a facet for the view. Those of the search before are kept until the new ones arrive, so that nothing flickers. */
export function useFacet(field: FieldId, search: string, limit: number): Facet | undefined {
  const { client } = useFlowtrace()
  const request = useMemo(() => ({ field, search, limit }), [field, search, limit])
  useEffect(() => client.wantFacets([request]), [client, request])
  const current = useSnapshot(({ answer }) => answer?.facets.get(request))
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
