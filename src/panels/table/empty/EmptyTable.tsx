import { Suspense } from 'react'

import { lazyPart } from '../../../ui/lazy-part.tsx'
import { useFlowtrace, useScope, useSnapshot } from '../../../state/client/flowtrace.ts'
import { useIsPartial } from '../../../state/client/source-status.ts'
import { useView } from '../../../state/view/navigation.ts'
import type { TableWindow } from '../../../state/client/rows.ts'

const WhyEmpty = lazyPart(async () => (await import('./WhyEmpty.tsx')).WhyEmpty)
const EmptyHistory = lazyPart(async () => (await import('./EmptyHistory.tsx')).EmptyHistory)
const NothingRead = lazyPart(async () => (await import('./NothingRead.tsx')).NothingRead)
const ScopeNote = lazyPart(async () => (await import('./ScopeNote.tsx')).ScopeNote)

/** Shown when no row matches: why, from the filter, the time range, the scope or the source, and the way out. */
export function EmptyTable({ window }: { window: TableWindow }) {
  const { source } = useFlowtrace()
  const state = useSnapshot(({ status }) => status.source.state)
  const records = useSnapshot(({ status }) => status.holdings.records)
  const isPartial = useIsPartial()
  const [view] = useView()
  return (
    <div className="sticky left-0 mx-auto flex w-full max-w-xl flex-col items-start gap-2 px-6 py-12">
      {window.held > 0 || (view.time !== null && records > 0) ? (
        <>
          <Suspense fallback={null}>
            <WhyEmpty />
          </Suspense>
          {isPartial ? (
            <p className="text-muted">Flows are still being read: this is about what was read so far.</p>
          ) : null}
        </>
      ) : (
        <EmptySource name={source.name} state={source.open.kind === 'history' ? 'history' : state} />
      )}
    </div>
  )
}

function EmptySource({ name, state }: { name: string; state: string }) {
  const scope = useScope()
  switch (state) {
    case 'history':
      return (
        <Suspense fallback={null}>
          <EmptyHistory />
        </Suspense>
      )
    case 'live':
      return (
        <>
          <h2 className="text-lg font-semibold">
            Connected to {name}, no flows {scope === null ? '' : 'of the scope '}yet
          </h2>
          <p className="text-muted">
            Goldmane sends each 15 s bucket one bucket after it closed, so the first flows take up to 30 s.
          </p>
          {scope === null ? null : (
            <Suspense fallback={null}>
              <ScopeNote />
            </Suspense>
          )}
        </>
      )
    case 'loaded':
    case 'stopped':
      return (
        <Suspense fallback={null}>
          <NothingRead name={name} isWhole={state === 'loaded'} />
        </Suspense>
      )
    case 'reading':
      return <p className="text-muted">Reading what {name} holds…</p>
    case 'failed':
    case 'silent':
    case 'reconnecting':
      return (
        <>
          <h2 className="text-lg font-semibold">Nothing received from {name}</h2>
          <p className="text-muted">What went wrong is said above.</p>
        </>
      )
    default:
      return <p className="text-muted">Waiting for {name}…</p>
  }
}
