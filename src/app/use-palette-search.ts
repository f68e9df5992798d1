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
  type PaletteSearch,
  type QueryGroup,
  readSearch,
  savedEntries,
  SEARCHED_FIELDS,
  typedQuery,
  valueEntries,
} from './palette-search.ts'

const NONE: readonly QueryGroup[] = []

interface FoundValues {
  /** Null before the first answer. */
  readonly search: PaletteSearch | null
  readonly groups: readonly QueryGroup[]
}

/**
 * What of the flows and of the saved queries matches the palette's text, in groups that are not empty, and whether values
 * are still to come. They are asked from the store; until it has answered, those of the text before are returned that match
 * this one too, so that the list does not flicker and Enter takes nothing else than what is typed.
 */
export function usePaletteSearch(typed: string): {
  readonly groups: readonly QueryGroup[]
  readonly isPending: boolean
} {
  const { client, source } = useFlowtrace()
  const [{ filter, time }] = useView()
  const saved = useSavedQueries()
  const [values, setValues] = useState<FoundValues>({ search: null, groups: NONE })
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
    Promise.all(groups).then(
      (found) => setValues({ search, groups: found }),
      () => {},
    )
    return () => abort.abort()
  }, [client, endpoint, search, filter, time])

  const isPending = search.text !== '' && values.search !== search
  const groups = useMemo(() => {
    const all = [
      { title: 'Query', entries: typedQuery(typed) },
      { title: 'Saved queries', entries: savedEntries(search, saved) },
      ...(search.text === ''
        ? NONE
        : values.search === search
          ? values.groups
          : matchingValues(values, search)),
    ]
    return all.filter(({ entries }) => entries.length > 0)
  }, [typed, search, saved, values])
  return { groups, isPending }
}

/** The values that were found for another text, as far as they match this one. */
function matchingValues(
  { search, groups }: FoundValues,
  { does, text }: PaletteSearch,
): readonly QueryGroup[] {
  if (search?.does !== does) return NONE
  const wanted = text.toLowerCase()
  return groups.map(({ title, entries }) => ({
    title,
    entries: entries.filter((entry) => entry.title.toLowerCase().includes(wanted)),
  }))
}
