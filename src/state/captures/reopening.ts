/** Opens a recent capture again. */
import { isSameContent } from '../../source/capture-id.ts'
import { navigate } from '../view/navigation.ts'
import type { CaptureOpening } from './capture-opening.ts'
import { readHandles } from './file-access.ts'
import type { KeptCapture } from './kept-capture.ts'
import type { RecentCaptures } from './recent-captures.ts'

export type Reopened =
  | { readonly is: 'opened' }
  /** Its file has other content by now, which was opened as another capture. */
  | { readonly is: 'changed' }
  /** The browser has no handle: the reader chooses the file again. */
  | { readonly is: 'unreachable' }
  /** The file of that name was moved or deleted, or the reader did not permit it. */
  | { readonly is: 'moved' | 'refused'; readonly name: string }
  /** The state of the opening says why, or something else was opened meanwhile. */
  | { readonly is: 'not-opened' }

/** Opens a recent capture from this page's memory or by its handles. Has to be called at a click or a key press. */
export async function reopenCapture(
  kept: KeptCapture,
  opening: CaptureOpening,
  recent: RecentCaptures,
): Promise<Reopened> {
  if (opening.sourceOf(kept.id) !== null) {
    void recent.opened(kept.id, kept.handles, kept.files, { folders: kept.folders ?? [] })
    navigate({ capture: kept.id, open: null })
    return { is: 'opened' }
  }
  if (kept.handles.length === 0) return { is: 'unreachable' }
  const read = await readHandles(kept, true)
  if (!read.ok) return { is: read.why, name: read.name }
  const opened = await opening.openAll(read.files)
  if (opened === null) return { is: 'not-opened' }
  if (isSameContent(opened, kept.id)) return { is: 'opened' }
  await recent.dropHandles(kept.id)
  return { is: 'changed' }
}
