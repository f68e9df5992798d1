/** The context of the whole screen: the store client, and the source that is open. */
import { createContext, useContext, useRef, useSyncExternalStore } from 'react'

import { visibleText } from '../../lib/visible-text.ts'
import type { ColumnChoice } from '../../flows/chosen-columns.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { ensure } from '../../lib/assert.ts'
import type { OpenSource, TimeRange } from '../../store/protocol.ts'
import type { Snapshot } from './client-snapshot.ts'
import type { StoreClient } from './store-client.ts'

/** A source under the name that the screen shows. */
export interface Source {
  readonly name: string
  readonly open: OpenSource
  /** Whether it is a demo, whose policies can be chosen. */
  readonly demo?: true
  /** The address of the policies that the server reads beside it. */
  readonly policies?: string | undefined
  /** The address of what the server says of the history that it keeps of it. */
  readonly history?: string | undefined
  /** What came with the capture in an incident bundle. */
  readonly bundle?: OpenedBundle
}

export interface OpenedBundle {
  readonly notes: string
  /** The columns of the sender; null where they could not be read. */
  readonly columns: ColumnChoice | null
  /** What of the screen could not be restored, in words. */
  readonly problems: readonly string[]
  /** How many files of policies were loaded with it; absent without any. */
  readonly policies?: number
}

/** A capture file that the reader chose or dropped, with those that are opened together with it. */
export function fileSource(file: File, others: readonly File[] = []): Source {
  const name = others.length === 0 ? file.name : `${file.name} and ${others.length} more`
  return { name: visibleText(name), open: { kind: 'file', file, ...(others.length === 0 ? {} : { others }) } }
}

/**
 * The source limited to a scope, for a viewer; where `past` is a range, what its history has of that. A capture stays as it
 * is, because it is always read whole.
 */
export function withScope(
  source: Source,
  scope: Expression,
  viewer: string | undefined,
  past: TimeRange | null = null,
): Source {
  if (source.open.kind !== 'live') return source
  const { open } = source
  // The user whom the server names, and the one who logged in on this page meanwhile.
  const viewers = [open.viewer, viewer].filter((each) => each !== undefined)
  return {
    ...source,
    open: {
      ...(past === null ? open : pastOf(open.endpoint, past)),
      scope,
      ...(viewers.length === 0 ? {} : { viewer: viewers.join(' ') }),
    },
  }
}

function pastOf(endpoint: string, range: TimeRange) {
  return { kind: 'history', endpoint, range } as const
}

/** What the server offers to open. */
export interface Offer {
  /** The source of a server that has only one. */
  readonly source: Source
  /** All clusters of a server that has several, the one that opens by default first; otherwise empty. */
  readonly clusters: readonly Source[]
}

/** The offered source that a link names by its cluster; the first one for a name that the server does not have. */
export function offeredSource({ source, clusters }: Offer, cluster: string | null): Source {
  return clusters.find(({ name }) => name === cluster) ?? clusters[0] ?? source
}

export interface Flowtrace {
  readonly client: StoreClient
  readonly source: Source
  /** The source that the server offers, to which the reader can return from a dropped file. */
  readonly offered: Source | null
  /** All clusters of a server that has several; otherwise empty. */
  readonly clusters: readonly Source[]
  readonly openSource: (source: Source) => void
}

export const FlowtraceContext = createContext<Flowtrace | null>(null)

export function useFlowtrace(): Flowtrace {
  return ensure(useContext(FlowtraceContext), 'a component that needs flows is outside of FlowtraceContext')
}

/** The scope of the open source; null when all of it is received. */
export function useScope(): Expression | null {
  const { open } = useFlowtrace().source
  return 'scope' in open && open.scope.kind !== 'all' ? open.scope : null
}

/**
 * A part of the client's snapshot. The component is rendered again only when that part is another value. `of` is what
 * `select` reads besides the snapshot: another value selects anew.
 */
export function useSnapshot<Part>(select: (snapshot: Snapshot) => Part, of?: unknown): Part {
  const { client } = useFlowtrace()
  const last = useRef<{ snapshot: Snapshot; of: unknown; part: Part } | null>(null)
  return useSyncExternalStore(client.subscribe, () => {
    const snapshot = client.snapshot()
    if (last.current?.snapshot !== snapshot || last.current.of !== of)
      last.current = { snapshot, of, part: select(snapshot) }
    return last.current.part
  })
}
