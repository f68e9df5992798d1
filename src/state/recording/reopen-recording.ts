/** The file of a recording of this browser, for an address that was opened from it. */
import { recordingFile } from '../../recording/recording-file.ts'
import { IndexedDbStorage, type RecordingStorage } from '../../recording/recording-storage.ts'

export type ReopenedRecording =
  | { readonly is: 'file'; readonly file: File }
  /** It is not there any more, or cannot be read. */
  | { readonly is: 'deleted' }
  /** It was made by a user who is not logged in now. */
  | { readonly is: 'foreign' }

/** `viewer`: who is logged in. What was made without a login is of everybody who uses the browser. */
export async function reopenRecording(
  id: string,
  viewer: string | null,
  storage: RecordingStorage = new IndexedDbStorage(new URL('.', document.baseURI).pathname),
): Promise<ReopenedRecording> {
  const found = await storage.read(id).catch(() => null)
  if (found === null) return { is: 'deleted' }
  if (found.recording.viewer !== null && found.recording.viewer !== viewer) return { is: 'foreign' }
  return { is: 'file', file: await recordingFile(found.recording, found.chunks) }
}
