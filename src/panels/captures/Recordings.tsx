import { useEffect, useState } from 'react'

import { formatBytes, formatPlural } from '../../lib/format.ts'
import type { RecordingClient } from '../../state/recording/recording-client.ts'
import { useKeptRecordings, useRecording, useRecordings } from '../../state/recording/use-recording.ts'
import { saveFile } from '../../ui/save-file.ts'
import { RecordingCard } from './RecordingCard.tsx'
import { RecordingList } from './RecordingList.tsx'
import { RecordingSetup } from './RecordingSetup.tsx'
import { outcomeInWords } from './recording-words.ts'
import { useRecordingActions } from './use-recording-actions.ts'

export interface RecordingsProps {
  /** Called before a recording is opened in place of what is shown. */
  readonly onOpen?: () => void
  /** Whether those that are kept are shown here. */
  readonly isListed?: boolean
  /** Replaced in tests, as is `save`. */
  readonly given?: RecordingClient
  readonly save?: typeof saveFile
}

/** Begins, shows and stops a recording, and lists those that are kept. */
export function Recordings({ onOpen, isListed = true, given, save = saveFile }: RecordingsProps) {
  const own = useRecordings()
  const recordings = given ?? own
  const controls = useRecording(recordings)
  const { kept, trouble } = useKeptRecordings(recordings)
  const [failed, setFailed] = useState('')
  const actions = useRecordingActions({ controls, onOpen, onFailed: setFailed, save })
  const { running, last } = controls
  // Who sees this knows how the last one ended.
  useEffect(() => () => recordings.forgetLast(), [recordings])

  const said =
    failed !== ''
      ? failed
      : last === null
        ? ''
        : 'refused' in last
          ? last.refused
          : outcomeInWords(last.ended)
  return (
    <>
      {running === null ? (
        <RecordingSetup canBegin={controls.canBegin} onBegin={() => void controls.begin()} />
      ) : (
        <RecordingCard recording={running} controls={controls} />
      )}
      <p role="status" className={said === '' ? 'sr-only' : 'text-staged'}>
        {said}
      </p>
      {trouble === null ? null : (
        <p role="alert" className="text-deny">
          {trouble}
        </p>
      )}
      {!isListed || kept === null || kept.length === 0 ? null : (
        <RecordingList kept={kept} actions={actions} />
      )}
    </>
  )
}

/** How much of the browser's room recordings take. */
export function RecordingsNote({ given }: Pick<RecordingsProps, 'given'>) {
  const own = useRecordings()
  const { count, bytes, maxCount, maxBytes } = useKeptRecordings(given ?? own)
  return (
    <p className="min-w-0 text-xs text-muted">
      Recordings stay in this browser until you delete them: {formatPlural(count, 'recording')} of at most{' '}
      {maxCount}, {formatBytes(bytes)} of {formatBytes(maxBytes)}.
    </p>
  )
}
