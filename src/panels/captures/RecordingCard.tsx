import { useState } from 'react'

import { formatBytes, formatClock, formatCount, formatPlural } from '../../lib/format.ts'
import { firstRecordsWords } from '../../recording/first-records.ts'
import type { Recording, RecordingControls } from '../../state/recording/use-recording.ts'
import { Button } from '../../ui/Button.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { LimitsChoice } from './LimitsChoice.tsx'
import { formatDuration, limitsInWords, redactionInWords } from './recording-words.ts'

/** The recording that runs: how far it is of its limits, with what pauses and stops it. */
export function RecordingCard({
  recording,
  controls,
}: {
  recording: Recording
  controls: Pick<RecordingControls, 'pause' | 'goOn' | 'stop' | 'limit'>
}) {
  const { source, filter, seconds, textBytes, limits, window } = recording
  const redacted = redactionInWords(recording)
  const isPaused = recording.state === 'paused'
  const share = Math.min(1, Math.max(textBytes / limits.bytes, seconds / limits.seconds))
  return (
    <section
      aria-label="Recording"
      className="flex flex-col gap-2.5 rounded-[10px] border border-line bg-surface p-3.5"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h3 className="flex min-w-0 flex-1 basis-52 flex-wrap items-center gap-x-2 gap-y-1">
          <RecordingDot isPaused={isPaused} />
          <span className="font-semibold">
            {isPaused ? 'Paused:' : 'Recording'} {source}
          </span>
          <span className="text-muted">goes on while a capture is open</span>
          {filter === null ? null : <code className="min-w-0 truncate text-xs text-muted">{filter}</code>}
          {redacted === null ? null : <Chip>{redacted}</Chip>}
        </h3>
        <span className="ml-auto font-semibold tabular-nums">{formatDuration(seconds)}</span>
        <Button
          className="phone:h-9"
          style={{ minWidth: '5.5rem' }}
          onClick={isPaused ? controls.goOn : controls.pause}
        >
          <Icon name={isPaused ? 'play' : 'pause'} className="size-3.5" />
          {isPaused ? 'Go on' : 'Pause'}
        </Button>
        <Button look="primary" className="phone:h-9" onClick={() => void controls.stop()}>
          Stop and keep
        </Button>
      </div>
      <div
        role="progressbar"
        aria-label="Of its limits"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        className="h-1.5 overflow-hidden rounded-full bg-sunken"
      >
        <div className="h-full bg-accent" style={{ width: `${share * 100}%` }} />
      </div>
      <Figures recording={recording} onLimit={controls.limit} />
      {/* Below all else, so that no button moves when it says another thing. */}
      <p className="text-xs text-muted tabular-nums">
        {window.to === null
          ? firstRecordsWords(recording)
          : `up to ${formatClock(window.to)}: Goldmane sends a bucket 15 s after its end`}
      </p>
    </section>
  )
}

/** What is reached of each limit, and what is left out; the limits can be changed in place. */
function Figures({ recording, onLimit }: { recording: Recording; onLimit: RecordingControls['limit'] }) {
  const [isChanging, setChanging] = useState(false)
  const { textBytes, packedBytes, records, leftOut, limits } = recording
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted tabular-nums">
      <span>
        <b className="font-semibold text-ink">{formatCount(records)}</b>{' '}
        {records === 1 ? 'record' : 'records'}
      </span>
      <span>
        <b className="font-semibold text-ink">{formatBytes(textBytes)}</b> of {formatBytes(limits.bytes)},{' '}
        {formatBytes(packedBytes)} packed
      </span>
      {isChanging ? (
        <LimitsChoice value={limits} onChange={onLimit} />
      ) : (
        <span>stops at {limitsInWords(limits)}</span>
      )}
      <span className={leftOut === 0 ? '' : 'text-deny'}>
        {leftOut === 0 ? '0 left out' : `${formatPlural(leftOut, 'record')} left out`}
      </span>
      <button
        type="button"
        aria-expanded={isChanging}
        onClick={() => setChanging(!isChanging)}
        className="ml-auto h-6 rounded-sm text-accent hover:underline phone:h-9"
      >
        {isChanging ? 'done' : 'change limits'}
      </button>
    </div>
  )
}

/** The sign of a recording; words stand beside it. */
export function RecordingDot({ isPaused }: { isPaused: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={`size-2.5 flex-none rounded-full ${isPaused ? 'bg-faint' : 'bg-deny'}`}
      // Not a class: the style sheet is loaded before the first rows, and this is not.
      style={isPaused ? {} : { boxShadow: '0 0 0 3px color-mix(in oklab, var(--deny) 22%, transparent)' }}
    />
  )
}
