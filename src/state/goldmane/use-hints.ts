/** Values that Goldmane has seen in its hour and the page may not hold, by its call FilterHints, cached by TanStack Query. */
import { queryOptions, useQuery } from '@tanstack/react-query'

import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { FieldId } from '../../flows/field.ts'
import type { HintType } from '../../source/goldmane-queries.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import { goldmaneQueries } from './lazy-queries.ts'
import { queryClient } from './query-client.ts'

/** The hint types with a field's values; a field that matches either end has two. */
const HINTS = {
  'src.ns': ['SourceNamespace'],
  'dst.ns': ['DestNamespace'],
  ns: ['SourceNamespace', 'DestNamespace'],
  'src.name': ['SourceName'],
  'dst.name': ['DestName'],
  name: ['SourceName', 'DestName'],
  tier: ['PolicyTier'],
  policy: ['PolicyName'],
  kind: ['PolicyKind'],
  'policy.ns': ['PolicyNamespace'],
} as const satisfies Partial<Record<FieldId, readonly HintType[]>>

const NONE: readonly string[] = []

function hintTypesOf(field: FieldId | undefined): readonly HintType[] {
  return field !== undefined && field in HINTS ? HINTS[field as keyof typeof HINTS] : [] // narrowed by the test just made
}

export function hintsQuery(endpoint: string, field: FieldId | undefined) {
  const types = hintTypesOf(field)
  return queryOptions({
    queryKey: ['hints', endpoint, field],
    enabled: types.length > 0 && endpoint !== '',
    staleTime: BUCKET_SECONDS * 1000,
    queryFn: async ({ signal }) => {
      const { fetchHintValues } = await goldmaneQueries()
      const values = await Promise.all(types.map((type) => fetchHintValues(endpoint, type, signal)))
      return [...new Set(values.flat())]
    },
  })
}

/**
 * The field's values known to Goldmane. Empty without a field, until it has answered, when the call fails, and for a
 * capture: hints add to the values held, and a list without them is complete in itself.
 */
export function useHints(field: FieldId | undefined): readonly string[] {
  const { source } = useFlowtrace()
  const endpoint = source.open.kind === 'live' ? source.open.endpoint : ''
  const { data } = useQuery(hintsQuery(endpoint, field), queryClient)
  return data ?? NONE
}
