import { useState } from 'react'

import { unreachable } from '../../lib/assert.ts'
import { formatCount, formatPlural } from '../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import { type ReadHistory, useReadHistory } from '../../state/client/read-history.ts'
import { navigate } from '../../state/view/navigation.ts'
import { Notice } from '../../ui/Notice.tsx'
import { PassingButton } from '../../ui/PassingButton.tsx'
import { TroubleDetail } from './TroubleDetail.tsx'

/** How far a range of the history was read, why it was not, or what of it is missing. */
export function HistoryNotice() {
  const { client } = useFlowtrace()
  const source = useSnapshot(({ status }) => status.source)
  const records = useSnapshot(({ status }) => status.holdings.records)
  const history = useReadHistory()
  const [closed, setClosed] = useState('')
  if (history === null) return null
  switch (source.state) {
    case 'failed':
      // With nothing read it is the table that says so, which has the room for it on every screen.
      return records === 0 ? null : (
        <Notice tone="error" title="This range was read in part." actions={<BackToLive />}>
          {source.trouble.say} <TroubleDetail trouble={source.trouble} />
        </Notice>
      )
    case 'loading':
      return (
        <div className="flex h-8 items-center gap-3 border-b border-line bg-surface px-4">
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
          <PassingButton onClick={() => client.stop()}>Stop here</PassingButton>
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
      return records === 0 ? null : <Incomplete history={history} closed={closed} onClose={setClosed} />
    default:
      return unreachable(source, 'state of the source')
  }
}

/** It lies over the strip, so that it can be put away: the footer goes on saying it. `closed`: the last one that was. */
function Incomplete({
  history: { range, incomplete },
  closed,
  onClose,
}: {
  history: ReadHistory
  closed: string
  onClose: (what: string) => void
}) {
  const what = `${range.from} ${range.to} ${incomplete}`
  if (incomplete === null || what === closed) return null
  return (
    <Notice title="A part of this range is missing." onClose={() => onClose(what)}>
      {incomplete}.
    </Notice>
  )
}

function BackToLive() {
  return <PassingButton onClick={() => navigate({ time: null })}>Back to live</PassingButton>
}
