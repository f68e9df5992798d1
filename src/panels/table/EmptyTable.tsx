import { ALL } from '../../filter/expression.ts'
import { formatPlural } from '../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../state/flowtrace.ts'
import { useView } from '../../state/navigation.ts'
import type { Window } from '../../state/rows.ts'
import { Button } from '../../ui/Button.tsx'

/** Why there is nothing to see, and what can be done about it. */
export function EmptyTable({ window }: { window: Window }) {
  const { source } = useFlowtrace()
  const state = useSnapshot(({ status }) => status.source.state)
  const refused = useSnapshot(({ status }) => status.holdings.refused)
  const [view, navigate] = useView()
  return (
    <div className="mx-auto flex max-w-md flex-col items-start gap-2 px-6 py-16">
      {window.held > 0 ? (
        <>
          <h2 className="text-lg font-semibold">No flow matches the filter</h2>
          <p className="text-muted">
            {formatPlural(window.held, 'flow')} are held. Nothing is lost by filtering.
          </p>
          <Button onClick={() => navigate({ filter: ALL })}>Clear the filter</Button>
        </>
      ) : view.time !== null ? (
        <>
          <h2 className="text-lg font-semibold">No flow in this time range</h2>
          <Button onClick={() => navigate({ time: null })}>Show everything held</Button>
        </>
      ) : (
        <EmptySource name={source.name} state={state} refused={refused} />
      )}
    </div>
  )
}

function EmptySource({ name, state, refused }: { name: string; state: string; refused: number }) {
  switch (state) {
    case 'live':
      return (
        <>
          <h2 className="text-lg font-semibold">Connected to {name}, no flows yet</h2>
          <p className="text-muted">
            Goldmane sends each 15 s bucket one bucket after it closed, so the first flows take up to 30 s.
          </p>
        </>
      )
    case 'loaded':
    case 'stopped':
      return (
        <>
          <h2 className="text-lg font-semibold">No flows in {name}</h2>
          <p className="text-muted">
            {refused === 0
              ? 'The file was read to its end and held no record.'
              : `${formatPlural(refused, 'record')} could not be read; the reasons are at the foot of the page.`}
          </p>
        </>
      )
    case 'failed':
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
