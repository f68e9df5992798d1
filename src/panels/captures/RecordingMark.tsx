import { commands } from '../../state/commands/commands.ts'
import type { RecordingClient } from '../../state/recording/recording-client.ts'
import { useKeptRecordings, useRecording, useRecordings } from '../../state/recording/use-recording.ts'
import { RecordingDot } from './RecordingCard.tsx'
import { formatDuration } from './recording-words.ts'

/**
 * In the top bar while something is recorded, or was cut off or stopped by itself: it opens the recordings. Empty
 * otherwise. `given` is replaced in tests.
 */
export function RecordingMark({ given }: { given?: RecordingClient }) {
  const own = useRecordings()
  const recordings = given ?? own
  const { running, last } = useRecording(recordings)
  const { kept } = useKeptRecordings(recordings)
  const isCut = kept?.some((recording) => recording.isCut) ?? false
  const hasEnded = last !== null && 'ended' in last && last.ended.end !== 'stopped'
  if (running === null && !isCut && !hasEnded) return null
  const isRecording = running?.state === 'recording'
  const [words, time] =
    running === null
      ? [isCut ? 'Recording cut off' : 'Recording ended', '']
      : [isRecording ? 'Recording' : 'Recording paused', formatDuration(running.seconds)]
  return (
    <button
      type="button"
      title="Show the recordings"
      onClick={() => commands.run('recordings.open')}
      className="flex h-7 flex-none items-center gap-2 rounded-[7px] px-2 text-xs whitespace-nowrap hover:bg-sunken phone:h-9 phone:px-1"
    >
      <RecordingDot isPaused={!isRecording} />
      <span className="font-medium max-lg:sr-only">{words}</span>
      {/* As wide as the longest usual time, so that nothing beside it moves. */}
      {time === '' ? null : <span className="min-w-[10ch] text-left tabular-nums phone:min-w-0">{time}</span>}
    </button>
  )
}
