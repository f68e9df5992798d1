/** The captures that were chosen to compare with, by their ids. As what is open, they are known for this visit alone. */
import { Observable } from '../../lib/observable.ts'
import { hashOf } from '../../source/capture-hash.ts'
import { type CaptureId, isSameContent } from '../../source/capture-id.ts'
import type { CaptureOpening } from '../captures/capture-opening.ts'
import { readHandles } from '../captures/file-access.ts'
import { recentCaptures } from '../captures/recent-captures.ts'

/** Each keeps no more than a reference to the file. */
const MAX_CHOSEN = 16

export const secondCaptures: Observable<readonly { readonly id: CaptureId; readonly file: File }[]> =
  new Observable<readonly { readonly id: CaptureId; readonly file: File }[]>([])

/** Keeps a file that the reader chose. Throws the browser's DOMException for one that cannot be read. */
export async function keepSecondCapture(file: File): Promise<CaptureId> {
  const id = { name: file.name, size: file.size, hash: await hashOf(file) }
  const others = secondCaptures.get().filter((each) => !isSameContent(each.id, id))
  secondCaptures.set([...others, { id, file }].slice(-MAX_CHOSEN))
  return id
}

/** The files of a capture: one, or those that were opened together. Null where this page does not have them. */
export function filesOfCapture(
  id: CaptureId,
  opening: Pick<CaptureOpening, 'sourceOf'>,
  chosen = secondCaptures.get(),
): { readonly file: File; readonly others?: readonly File[] } | null {
  const known = chosen.find((each) => isSameContent(each.id, id))
  if (known !== undefined) return { file: known.file }
  const open = opening.sourceOf(id)?.open
  return open?.kind === 'file' ? open : null
}

/** Reads a capture by the handles that the browser kept of it. Null where it has none, or the reader does not permit it. */
export async function readKeptCapture(id: CaptureId): Promise<File | null> {
  const { reach } = await recentCaptures.originOf(id)
  if (reach.handles.length === 0) return null
  const read = await readHandles(reach, true)
  return read.ok && read.files.length === 1 ? (read.files[0] ?? null) : null
}
