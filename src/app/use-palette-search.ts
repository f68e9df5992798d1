import { useEffect, useMemo, useState } from 'react'

import { ALL } from '../filter/tree/expression.ts'
import { useFlowtrace } from '../state/client/flowtrace.ts'
import { facetOf } from '../state/client/questions.ts'
import { hintsQuery } from '../state/goldmane/use-hints.ts'
import { queryClient } from '../state/goldmane/query-client.ts'
import { useSavedQueries } from '../state/remembered/saved-queries.ts'
import { useView } from '../state/view/navigation.ts'
import {
  MAX_VALUES,
  type QueryGroup,
  readSearch,
  savedEntries,
  SEARCHED_FIELDS,
  typedQuery,
  valueEntries,
} from './palette-search.ts'

const NONE: readonly QueryGroup[] = []

/**
 * What of the flows and of the saved queries matches the palette's text, in groups that are not empty. Values are asked
 * from the store, and until it has answered those of the text before are returned, so that the list does not flicker.
 */
export function usePaletteSearch(typed: string): readonly QueryGroup[] {
  const { client, source } = useFlowtrace()
  const [{ filter, time }] = useView()
  const saved = useSavedQueries()
  const [values, setValues] = useState(NONE)
  const search = useMemo(() => readSearch(typed), [typed])
  const endpoint = source.open.kind === 'live' ? source.open.endpoint : ''

  useEffect(() => {
    if (search.text === '') return undefined
    const abort = new AbortController()
    const groups = SEARCHED_FIELDS.map(async ([field, title]) => {
      const { enabled, ...query } = hintsQuery(endpoint, field)
      const request = { field, search: search.text, limit: MAX_VALUES }
      const [facet, hints] = await Promise.all([
        client.ask(facetOf(ALL, time, request), abort.signal),
        // Hints are optional: without them the list is only shorter.
        enabled === true ? queryClient.fetchQuery(query).catch(() => []) : [],
      ])
      return { title, entries: valueEntries(search, filter, facet, hints) }
    })
    // Only an abort rejects, and then another text is looked for.
    Promise.all(groups).then(setValues, () => {})
    return () => abort.abort()
  }, [client, endpoint, search, filter, time])

  return useMemo(() => {
    const groups = [
      { title: 'Query', entries: typedQuery(typed) },
      { title: 'Saved queries', entries: savedEntries(search, saved) },
      ...(search.text === '' ? NONE : values),
    ]
    return groups.filter(({ entries }) => entries.length > 0)
  }, [typed, search, saved, values])
}
