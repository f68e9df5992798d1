/** Words about recordings. */
import { unreachable } from '../../lib/assert.ts'
import { formatBytes, formatClock, formatClocks, formatPlural } from '../../lib/format.ts'
import { nothingRecordedWords } from '../../recording/first-records.ts'
import type { Recording, RecordingLimits } from '../../state/recording/use-recording.ts'

/** "45 s", "4 min 45 s", "2 h 5 min". */
export function formatDuration(seconds: number): string {
  const whole = Math.floor(seconds)
  if (whole < 60) return `${whole} s`
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60]
  if (minutes < 60) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`
  const [hours, left] = [Math.floor(minutes / 60), minutes % 60]
  return left === 0 ? `${hours} h` : `${hours} h ${left} min`
}

/** As a stopwatch has it: "4:45", "1:02:05". */
export function formatStopwatch(seconds: number): string {
  const whole = Math.floor(seconds)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  const rest = String(whole % 60).padStart(2, '0')
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${String(minutes).padStart(2, '0')}:${rest}`
}

/** "5 MB or 15 min". */
export function limitsInWords({ bytes, seconds }: RecordingLimits): string {
  return `${formatBytes(bytes)} or ${formatDuration(seconds)}`
}

/** Why a recording ended, as a sentence; null where its reader stopped it. */
export function endInWords({ end, limits }: Recording): string | null {
  switch (end) {
    case null:
    case 'stopped':
      return null
    case 'size':
      return `It stopped at its limit of ${formatBytes(limits.bytes)}.`
    case 'time':
      return `It stopped at its limit of ${formatDuration(limits.seconds)}.`
    case 'kept':
      return 'It stopped because the recordings that this browser keeps are full. Delete one that you do not need.'
    case 'no-room':
      return 'It stopped because the browser has no room for more. Delete recordings or data of other sites.'
    case 'failed':
      return 'It stopped because the browser could not write it.'
    case 'login':
      return 'It stopped because the login ended.'
    case 'closed':
      return 'It was cut off when its page was closed or loaded anew.'
    default:
      return unreachable(end, 'end of a recording')
  }
}

/** Why a recording ended that nobody stopped, and whether it has anything; empty where its reader stopped it and it has. */
export function outcomeInWords(recording: Recording): string {
  return [endInWords(recording), nothingRecordedWords(recording)].filter((each) => each !== null).join(' ')
}

/** "names redacted"; null where names are kept as they are. */
export function redactionInWords({ redaction }: Recording): string | null {
  // One of an earlier version has none.
  const level = redaction?.level ?? null
  switch (level) {
    case null:
      return null
    case 'names':
      return 'names redacted'
    case 'names-and-labels':
      return 'names and labels redacted'
    default:
      return unreachable(level, 'level of redaction')
  }
}

/** The first and the last moment: "21:45:00 – 22:45:00". */
export function timeInWords({ window: { from, to } }: Recording): string {
  return to === null ? `from ${formatClock(from)}` : formatClocks(from, Math.max(from, to))
}

/** "2 gaps, 3 left out"; empty when nothing is missing. */
export function missingInWords({ pauses, lost, leftOut }: Recording): string {
  const gaps = pauses.length + lost.length
  return [gaps === 0 ? '' : formatPlural(gaps, 'gap'), leftOut === 0 ? '' : `${leftOut} left out`]
    .filter(Boolean)
    .join(', ')
}
