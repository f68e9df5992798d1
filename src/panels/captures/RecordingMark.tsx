import { commands } from '../../state/commands/commands.ts'
import type { RecordingClient } from '../../state/recording/recording-client.ts'
import { useKeptRecordings, useRecording, useRecordings } from '../../state/recording/use-recording.ts'
import { RecordingDot } from './RecordingCard.tsx'
import { formatStopwatch } from './recording-words.ts'

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
  const words =
    running === null
      ? isCut
        ? 'Recording cut off'
        : 'Recording ended'
      : isRecording
        ? 'Recording'
        : 'Recording paused'
  return (
    <button
      type="button"
      title={`${words}. Show the recordings`}
      onClick={() => commands.request('recordings.open')}
      className="flex h-7 flex-none items-center gap-2 rounded-[7px] px-1.5 text-xs whitespace-nowrap hover:bg-sunken phone:h-9"
    >
      <RecordingDot isPaused={!isRecording} />
      {/* Where the name of the source needs the room, the words are left to the title. */}
      <span className={`font-medium ${running === null ? 'max-lg:sr-only' : 'max-[100rem]:sr-only'}`}>
        {words}
      </span>
      {running === null ? null : (
        // As wide as the longest usual time, so that nothing beside it moves.
        <span className="min-w-[5ch] text-left tabular-nums">{formatStopwatch(running.seconds)}</span>
      )}
    </button>
  )
}
