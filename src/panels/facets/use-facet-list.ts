/**
 * What the reader has opened in the facets. It outlives their list, which is another element in a narrow window, and goes
 * each time that the facets are hidden.
 */
import { useSyncExternalStore } from 'react'

import type { FieldId } from '../../flows/field.ts'
import { Observable } from '../../lib/observable.ts'
import { type Source, useFlowtrace } from '../../state/client/flowtrace.ts'
import type { StoreClient } from '../../state/client/store-client.ts'
import { isSameStream } from '../../state/client/worker-ports.ts'
import { FACETS } from './facet-groups.ts'

interface FacetListState {
  /** The facets that are expanded. */
  readonly open: ReadonlySet<FieldId>
  /** The facets that list all values, with what their search has; each of the source whose values they were. */
  readonly whole: ReadonlyMap<FieldId, { readonly of: Source['open']; readonly search: string }>
}

const AT_FIRST: FacetListState = {
  open: new Set(FACETS.filter((facet) => facet.open).map(({ field }) => field)),
  whole: new Map(),
}

const lists = new WeakMap<StoreClient, Observable<FacetListState>>()

function listOf(client: StoreClient): Observable<FacetListState> {
  const list = lists.get(client) ?? new Observable(AT_FIRST)
  lists.set(client, list)
  return list
}

function useList() {
  const list = listOf(useFlowtrace().client)
  return { list, state: useSyncExternalStore(list.subscribe, list.get) }
}

/** Which facets are expanded, and the function that expands one or folds it. */
export function useOpenFacets() {
  const { list, state } = useList()
  const toggle = (field: FieldId) => {
    const others = [...state.open].filter((each) => each !== field)
    list.set({ ...state, open: new Set(state.open.has(field) ? others : [...others, field]) })
  }
  return [state.open, toggle] as const
}

/** What is searched for among all values of a facet; null while it lists the first ones alone, as after another source was opened. */
export function useWholeFacet(field: FieldId) {
  const { list, state } = useList()
  const { open } = useFlowtrace().source
  const whole = state.whole.get(field)
  const search = whole !== undefined && isSameStream(whole.of, open) ? whole.search : null
  const setSearch = (next: string | null) => {
    const others = [...state.whole].filter(([each]) => each !== field)
    const own = next === null ? [] : [[field, { of: open, search: next }] as const]
    list.set({ ...state, whole: new Map([...others, ...own]) })
  }
  return [search, setSearch] as const
}
