import { useEffect, useState } from 'react'

import { formatBytes, formatPlural } from '../../lib/format.ts'
import { fileSource, useFlowtrace } from '../../state/client/flowtrace.ts'
import type { RecordingClient } from '../../state/recording/recording-client.ts'
import {
  type KeptRecording,
  useKeptRecordings,
  useRecording,
  useRecordings,
} from '../../state/recording/use-recording.ts'
import { Icon } from '../../ui/Icon.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { RecordingCard } from './RecordingCard.tsx'
import { RecordingList } from './RecordingList.tsx'
import { RecordingSetup } from './RecordingSetup.tsx'
import { endInWords } from './recording-words.ts'

/** Begins, shows and stops a recording, and lists those that are kept. `given` and `save` are replaced in tests. */
export function RecordingPanel({
  onClose,
  given,
  save = saveFile,
}: {
  onClose: () => void
  given?: RecordingClient
  save?: typeof saveFile
}) {
  const own = useRecordings()
  const recordings = given ?? own
  const controls = useRecording(recordings)
  const { kept, trouble, count, bytes, maxCount, maxBytes } = useKeptRecordings(recordings)
  const { openSource } = useFlowtrace()
  const [failed, setFailed] = useState('')
  const { running, last } = controls
  // Who sees this panel knows how the last one ended.
  useEffect(() => () => recordings.forgetLast(), [recordings])

  const withFile = (recording: KeptRecording, use: (file: File) => void) => {
    setFailed('')
    recording.file().then(use, () => setFailed(`${recording.name} cannot be read. It may have been deleted.`))
  }
  const said =
    failed !== '' ? failed : last === null ? '' : 'refused' in last ? last.refused : endInWords(last.ended)
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex items-center gap-3 border-b border-line px-4 py-2.5">
        <h2 className="font-semibold">Recordings</h2>
        <p className="min-w-0 flex-1 truncate text-muted">in this browser, nothing is uploaded</p>
        <button
          type="button"
          aria-label="Close"
          title="Close"
          onClick={onClose}
          className="-mr-2 grid size-7 flex-none place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink phone:size-9"
        >
          <Icon name="close" />
        </button>
      </header>
      <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto p-4">
        {running === null ? (
          <RecordingSetup canBegin={controls.canBegin} onBegin={() => void controls.begin()} />
        ) : (
          <RecordingCard recording={running} controls={controls} />
        )}
        <p role="status" className={said === '' || said === null ? 'sr-only' : 'text-staged'}>
          {said}
        </p>
        {trouble === null ? null : (
          <p role="alert" className="text-deny">
            {trouble}
          </p>
        )}
        {kept === null || kept.length === 0 ? null : (
          <RecordingList
            kept={kept}
            actions={{
              onOpen: (recording) =>
                withFile(recording, (file) => {
                  onClose()
                  openSource(fileSource(file))
                }),
              onSave: (recording) => withFile(recording, (file) => save(file, file.name)),
              resumeOf: ({ recording }) =>
                controls.canResume(recording) ? () => void controls.resume(recording) : undefined,
            }}
          />
        )}
      </div>
      <footer className="border-t border-line px-4 py-2.5 text-xs text-muted">
        Recordings stay in this browser until you delete them: {formatPlural(count, 'recording')} of at most{' '}
        {maxCount}, {formatBytes(bytes)} of {formatBytes(maxBytes)}.
      </footer>
    </div>
  )
}
