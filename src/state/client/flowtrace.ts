/** What the whole screen shares: the store's client and where flows come from. */
import { createContext, useContext, useRef, useSyncExternalStore } from 'react'

import type { Expression } from '../../filter/tree/expression.ts'
import { ensure } from '../../lib/assert.ts'
import type { OpenSource } from '../../store/protocol.ts'
import type { Snapshot, StoreClient } from './store-client.ts'

/** What is open, under the name that the screen shows. */
export interface Source {
  readonly name: string
  readonly open: OpenSource
}

/** The source as it is opened under a scope. A capture has none: it is there already, and read whole. */
export function withScope(source: Source, scope: Expression): Source {
  return source.open.kind === 'live' ? { ...source, open: { ...source.open, scope } } : source
}

export interface Flowtrace {
  readonly client: StoreClient
  readonly source: Source
  /** What the server offers: where to return to from a dropped file. */
  readonly offered: Source | null
  readonly openSource: (source: Source) => void
}

export const FlowtraceContext = createContext<Flowtrace | null>(null)

export function useFlowtrace(): Flowtrace {
  return ensure(useContext(FlowtraceContext), 'a component that needs flows stands outside FlowtraceContext')
}

/** What the open source is limited to; null when all of it is received. */
export function useScope(): Expression | null {
  const { open } = useFlowtrace().source
  return open.kind === 'live' && open.scope.kind !== 'all' ? open.scope : null
}

/** A part of the client's snapshot; the component draws again only when that part is another value. */
export function useSnapshot<Part>(select: (snapshot: Snapshot) => Part): Part {
  const { client } = useFlowtrace()
  const last = useRef<{ snapshot: Snapshot; part: Part } | null>(null)
  return useSyncExternalStore(client.subscribe, () => {
    const snapshot = client.snapshot()
    if (last.current?.snapshot !== snapshot) last.current = { snapshot, part: select(snapshot) }
    return last.current.part
  })
}
