import type { CaptureId } from '../../source/capture-id.ts'
import { handleOfFile, recordingOfFile } from './file-handle.ts'
import { foldersOf } from './folder-handles.ts'
import { recentCaptures } from './recent-captures.ts'

/** Keeps a capture among the recent ones, with the handles of its files where each of them has one. */
export async function keepOpened(id: CaptureId, files: readonly File[]): Promise<void> {
  const handles = (await Promise.all(files.map(handleOfFile))).filter((handle) => handle !== null)
  const [file] = files
  const recording = file === undefined || files.length > 1 ? null : recordingOfFile(file)
  await recentCaptures.opened(id, handles.length === files.length ? handles : [], files.length, {
    folders: foldersOf(files),
    recording,
  })
}
