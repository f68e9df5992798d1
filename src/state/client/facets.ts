/** Facets: a field's most frequent values with their counts, under the filter without that field's own clauses. */
import { useEffect, useMemo } from 'react'

import type { FieldId } from '../../flows/field.ts'
import type * as protocol from '../../store/protocol.ts'
import { useFlowtrace, useSnapshot } from './flowtrace.ts'

/** The values of one field, and of how many records they were counted. */
export type Facet = protocol.Facet

/** Which values are counted: those of a field that contain a text, at most `limit` of them. */
export type FacetRequest = protocol.FacetRequest

/**
 * A field's values in the view, counted anew when the view changes while the component is mounted. Undefined until the first
 * answer to this very request, so that the counts of another search are never returned for it.
 */
export function useFacetOfView(field: FieldId, search: string, limit: number): Facet | undefined {
  const { client } = useFlowtrace()
  const request = useMemo(() => ({ field, search, limit }), [field, search, limit])
  useEffect(() => client.requestFacets([request]), [client, request])
  return useSnapshot(({ counts }) => counts.facets.get(request), request)
}

/** Whether the facets' values were counted while the source was still being read. */
export function useFacetsArePartial(): boolean {
  return useSnapshot(({ counts }) => counts.isPartial)
}
