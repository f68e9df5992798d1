/** Reads files by their handles, and lets the reader choose files that have one. */
import { type FileHandle, type FolderHandle, rememberHandle } from './file-handle.ts'
import { filesInFolder, rememberFolders } from './folder-handles.ts'
import type { KeptCapture } from './kept-capture.ts'

/** `moved`: moved, deleted or unreadable. `refused`: the reader or the browser does not permit it. */
export type FileOfHandle =
  | { readonly ok: true; readonly file: File }
  | { readonly ok: false; readonly why: 'moved' | 'refused' }

/**
 * The file of a handle, where the reader has permitted it or, with `ask`, permits it now, which needs a click or a key
 * press of theirs. Never rejects.
 */
export async function readHandle(handle: FileHandle, ask: boolean): Promise<FileOfHandle> {
  if (!(await isPermitted(handle, ask))) return { ok: false, why: 'refused' }
  try {
    const file = await handle.getFile()
    rememberHandle(file, Promise.resolve(handle))
    return { ok: true, file }
  } catch {
    return { ok: false, why: 'moved' }
  }
}

async function isPermitted(handle: FileHandle | FolderHandle, ask: boolean): Promise<boolean> {
  try {
    const permission = (await handle.queryPermission?.({ mode: 'read' })) ?? 'granted'
    if (permission !== 'prompt' || !ask) return permission === 'granted'
    return ((await handle.requestPermission?.({ mode: 'read' })) ?? 'granted') === 'granted'
  } catch {
    // Without a click of the reader the browser refuses to ask.
    return false
  }
}

/**
 * The files of all handles; otherwise why the first one that could not be had is missing, with its name. The reader is
 * asked for the folders first, whose permission is that of the files in them.
 */
export async function readHandles(
  { handles, folders = [] }: Pick<KeptCapture, 'handles' | 'folders'>,
  ask: boolean,
): Promise<
  | { readonly ok: true; readonly files: readonly File[] }
  | { readonly ok: false; readonly why: 'moved' | 'refused'; readonly name: string }
> {
  const files: File[] = []
  // One question to the reader at a time.
  for (const folder of folders) {
    // oxlint-disable-next-line no-await-in-loop
    if (!(await isPermitted(folder, ask))) return { ok: false, why: 'refused', name: folder.name }
  }
  for (const handle of handles) {
    // oxlint-disable-next-line no-await-in-loop
    const read = await readHandle(handle, ask)
    if (!read.ok) return { ok: false, why: read.why, name: handle.name }
    rememberFolders(read.file, folders)
    files.push(read.file)
  }
  return { ok: true, files }
}

/** The file of a handle, as {@link readHandle}; null where it cannot be had. */
export async function fileOf(handle: FileHandle, ask: boolean): Promise<File | null> {
  const read = await readHandle(handle, ask)
  return read.ok ? read.file : null
}

/** Files with handles; `cannot` where the browser refuses to show the dialog, as in a frame of another site. */
export type Picked =
  | { readonly is: 'files'; readonly files: readonly File[] }
  | { readonly is: 'given-up' | 'cannot' }
  /** A file, or a folder, that cannot be read. */
  | { readonly is: 'unreadable'; readonly name: string }

/**
 * Lets the reader choose files, with handles. Null where the browser cannot, as Firefox, and any over plain HTTP: an
 * input field does instead.
 */
export function filePickerOf(page: object): (() => Promise<Picked>) | null {
  if (!('showOpenFilePicker' in page)) return null
  // As the specification has it, which TypeScript's library does not know.
  const show = page.showOpenFilePicker as (options: { multiple: true }) => Promise<readonly FileHandle[]>
  return async () => {
    try {
      const handles = await show.call(page, { multiple: true })
      const read = await readHandles({ handles }, false)
      return read.ok ? { is: 'files', files: read.files } : { is: 'unreadable', name: read.name }
    } catch (error) {
      return failedPick(error)
    }
  }
}

/** As {@link filePickerOf}, for a folder: the files in it, hidden ones left out. */
export function folderPickerOf(page: object): (() => Promise<Picked>) | null {
  if (!('showDirectoryPicker' in page)) return null
  const show = page.showDirectoryPicker as (options: { mode: 'read' }) => Promise<FolderHandle>
  return async () => {
    let folder: FolderHandle
    try {
      folder = await show.call(page, { mode: 'read' })
    } catch (error) {
      return failedPick(error)
    }
    try {
      return { is: 'files', files: await filesInFolder(folder) }
    } catch {
      return { is: 'unreadable', name: folder.name }
    }
  }
}

/** An AbortError: the reader closed the dialog. */
function failedPick(error: unknown): Picked {
  return { is: error instanceof DOMException && error.name === 'AbortError' ? 'given-up' : 'cannot' }
}
