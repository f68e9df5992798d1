/** What can be done with a kept recording, wherever it is listed. */
import { rememberRecording } from '../../state/captures/file-handle.ts'
import { fileSource, useFlowtrace } from '../../state/client/flowtrace.ts'
import type { KeptRecording, RecordingControls } from '../../state/recording/use-recording.ts'
import type { saveFile } from '../../ui/save-file.ts'
import type { RecordingActions } from './RecordingList.tsx'

export function useRecordingActions({
  controls,
  onOpen,
  onFailed,
  save,
}: {
  controls: Pick<RecordingControls, 'canResume' | 'resume'>
  /** Called before a recording is opened in place of what is shown. */
  onOpen: (() => void) | undefined
  /** Called with why a recording cannot be read, and with an empty text when another one is tried. */
  onFailed: (say: string) => void
  save: typeof saveFile
}): RecordingActions {
  const { openSource } = useFlowtrace()
  const withFile = (recording: KeptRecording, use: (file: File) => void) => {
    onFailed('')
    recording.file().then(use, () => onFailed(`${recording.name} cannot be read. It may have been deleted.`))
  }
  return {
    onOpen: (recording) =>
      withFile(recording, (file) => {
        onOpen?.()
        rememberRecording(file, recording.recording.id)
        openSource(fileSource(file))
      }),
    onSave: (recording) => withFile(recording, (file) => save(file, file.name)),
    resumeOf: ({ recording }) =>
      controls.canResume(recording) ? () => void controls.resume(recording) : undefined,
  }
}
