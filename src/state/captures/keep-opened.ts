import type { CaptureId } from '../../source/capture-id.ts'
import { handleOfFile } from './file-handle.ts'
import { foldersOf } from './folder-handles.ts'
import { recentCaptures } from './recent-captures.ts'

/** Keeps a capture among the recent ones, with the handles of its files where each of them has one. */
export async function keepOpened(id: CaptureId, files: readonly File[]): Promise<void> {
  const handles = (await Promise.all(files.map(handleOfFile))).filter((handle) => handle !== null)
  await recentCaptures.opened(
    id,
    handles.length === files.length ? handles : [],
    files.length,
    foldersOf(files),
  )
}
