import { formatBytes } from '../../lib/format.ts'
import { SIZE_LIMITS, TIME_LIMITS } from '../../recording/recording.ts'
import type { RecordingLimits } from '../../state/recording/use-recording.ts'
import { formatDuration } from './recording-words.ts'

const SELECT =
  'h-7 rounded-[7px] border border-line bg-surface px-1.5 text-xs text-ink phone:h-9 [&>option]:bg-surface'

/** At what a recording stops: "stops at [5 MB] or [15 min]". */
export function LimitsChoice({
  value,
  onChange,
}: {
  value: RecordingLimits
  onChange: (limits: RecordingLimits) => void
}) {
  return (
    <span className="inline-flex items-center gap-1.5">
      stops at
      <select
        aria-label="Largest size"
        value={value.bytes}
        onChange={({ target }) => onChange({ ...value, bytes: Number(target.value) })}
        className={SELECT}
      >
        {SIZE_LIMITS.map((bytes) => (
          <option key={bytes} value={bytes}>
            {formatBytes(bytes)}
          </option>
        ))}
      </select>
      or
      <select
        aria-label="Longest time"
        value={value.seconds}
        onChange={({ target }) => onChange({ ...value, seconds: Number(target.value) })}
        className={SELECT}
      >
        {TIME_LIMITS.map((seconds) => (
          <option key={seconds} value={seconds}>
            {formatDuration(seconds)}
          </option>
        ))}
      </select>
    </span>
  )
}
