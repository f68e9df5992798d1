import { unreachable } from '../../lib/assert.ts'
import { asksFor } from '../../filter/tree/asks-for.ts'
import { formatAge, formatCount, formatPlural } from '../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import { useReadHistory } from '../../state/client/read-history.ts'
import type { LostSource } from '../../state/client/source-state.ts'
import { readRangeAlone } from '../../state/view/history-range.ts'
import { navigate, useViewPart } from '../../state/view/navigation.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { TroubleDetail } from './TroubleDetail.tsx'

/** How far a range of the history was read, why it was not, or what of it is missing. */
export function HistoryNotice() {
  const { client } = useFlowtrace()
  const source = useSnapshot(({ status }) => status.source)
  const records = useSnapshot(({ status }) => status.holdings.records)
  const history = useReadHistory()
  if (history === null) return null
  switch (source.state) {
    case 'failed':
      return <NotRead source={source} />
    case 'loading':
      return (
        <div className="flex items-center gap-3 border-b border-line bg-surface px-4 py-1.5">
          <span>Reading history</span>
          <progress
            aria-label="Reading history"
            className="m-0! h-1.5 flex-1 appearance-none overflow-hidden rounded-full border-0 bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:bg-accent"
            value={source.read}
            max={Math.max(source.total ?? 1, 1)}
          />
          <span className="text-muted tabular-nums">
            {formatCount(Math.floor((100 * source.read) / Math.max(source.total ?? 1, 1)))} % ·{' '}
            {formatPlural(records, 'record')}
          </span>
          <Button onClick={() => client.stop()}>Stop here</Button>
        </div>
      )
    case 'stopped':
      return (
        <Notice title="Reading was stopped." actions={<BackToLive />}>
          What was read until then is shown; later records of the range are not.
        </Notice>
      )
    case 'idle':
    case 'connecting':
    case 'reading':
    case 'live':
    case 'loaded':
    case 'silent':
    case 'reconnecting':
      return history.incomplete === null ? null : (
        <Notice title="A part of this range is missing.">{history.incomplete}.</Notice>
      )
    default:
      return unreachable(source, 'state of the source')
  }
}

function NotRead({ source: { trouble } }: { source: Extract<LostSource, { state: 'failed' }> }) {
  const { client } = useFlowtrace()
  const filter = useViewPart((view) => view.filter)
  const scope = useViewPart((view) => view.scope)
  const { narrower } = trouble
  const canScope =
    narrower !== undefined && scope.kind === 'all' && filter.kind !== 'all' && !asksFor(filter, 'age')
  return (
    <Notice
      tone="error"
      title="This range of the history was not read."
      actions={
        <>
          {narrower === undefined ? (
            <Button onClick={() => client.retry()}>Try again</Button>
          ) : (
            <Button look="primary" onClick={() => readRangeAlone(narrower)}>
              Read the last {formatAge(narrower.to - narrower.from)} of it
            </Button>
          )}
          {canScope ? (
            <Button onClick={() => navigate({ scope: filter })}>Read what the filter shows</Button>
          ) : null}
          <BackToLive />
        </>
      }
    >
      {trouble.say} <TroubleDetail trouble={trouble} />
    </Notice>
  )
}

function BackToLive() {
  return <Button onClick={() => navigate({ time: null })}>Back to live</Button>
}
