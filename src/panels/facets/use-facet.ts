import { startTransition, useEffect, useMemo, useState } from 'react'

import type { FieldId } from '../../flows/field.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import type { Facet } from '../../state/client/rows.ts'

/** A field's values for the view; the last ones stay until those for another search are there. */
export function useFacet(field: FieldId, search: string, limit: number): Facet | undefined {
  const { client } = useFlowtrace()
  const request = useMemo(() => ({ field, search, limit }), [field, search, limit])
  useEffect(() => client.wantFacets([request]), [client, request])
  const current = useSnapshot(({ answer }) => answer?.facets.get(request))
  const reading = useSnapshot(({ answer }) => answer === null)
  const [last, setLast] = useState<Facet | undefined>(undefined)
  const shown = reading ? undefined : (current ?? last)
  if (shown !== last) setLast(shown)
  // The first values are drawn after the first rows, in parts: all at once would keep the page from its reader.
  const [isDue, setIsDue] = useState(false)
  const isHere = shown !== undefined
  useEffect(() => {
    if (isHere) startTransition(() => setIsDue(true))
  }, [isHere])
  return isDue ? shown : undefined
}
