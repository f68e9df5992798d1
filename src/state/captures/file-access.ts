/** Reads files by their handles, and lets the reader choose files that have one. */
import { type FileHandle, rememberHandle } from './file-handle.ts'

/** `moved`: moved, deleted or unreadable. `refused`: the reader or the browser does not permit it. */
export type FileOfHandle =
  | { readonly ok: true; readonly file: File }
  | { readonly ok: false; readonly why: 'moved' | 'refused' }

/**
 * The file of a handle, where the reader has permitted it or, with `ask`, permits it now, which needs a click or a key
 * press of theirs. Never rejects.
 */
export async function readHandle(handle: FileHandle, ask: boolean): Promise<FileOfHandle> {
  let permission: string
  try {
    permission = (await handle.queryPermission?.({ mode: 'read' })) ?? 'granted'
    if (permission === 'prompt' && ask)
      permission = (await handle.requestPermission?.({ mode: 'read' })) ?? 'granted'
  } catch {
    // Without a click of the reader the browser refuses to ask.
    return { ok: false, why: 'refused' }
  }
  if (permission !== 'granted') return { ok: false, why: 'refused' }
  try {
    const file = await handle.getFile()
    rememberHandle(file, Promise.resolve(handle))
    return { ok: true, file }
  } catch {
    return { ok: false, why: 'moved' }
  }
}

/** The files of all handles; otherwise why the first one that could not be had is missing, with its name. */
export async function readHandles(
  handles: readonly FileHandle[],
  ask: boolean,
): Promise<
  | { readonly ok: true; readonly files: readonly File[] }
  | { readonly ok: false; readonly why: 'moved' | 'refused'; readonly name: string }
> {
  const files: File[] = []
  for (const handle of handles) {
    // One question to the reader at a time.
    // oxlint-disable-next-line no-await-in-loop
    const read = await readHandle(handle, ask)
    if (!read.ok) return { ok: false, why: read.why, name: handle.name }
    files.push(read.file)
  }
  return { ok: true, files }
}

/** The file of a handle, as {@link readHandle}; null where it cannot be had. */
export async function fileOf(handle: FileHandle, ask: boolean): Promise<File | null> {
  const read = await readHandle(handle, ask)
  return read.ok ? read.file : null
}

type ShowFilePicker = (options: { multiple: true }) => Promise<readonly FileHandle[]>

/**
 * Lets the reader choose files, with handles. Null where the browser cannot, as Firefox, and any over plain HTTP: an
 * input field does instead. Resolves to no files when the reader gives up.
 */
export function filePickerOf(page: object): (() => Promise<readonly File[]>) | null {
  if (!('showOpenFilePicker' in page)) return null
  // As the specification has it, which TypeScript's library does not know.
  const show = page.showOpenFilePicker as ShowFilePicker
  return async () => {
    try {
      const read = await readHandles(await show.call(page, { multiple: true }), false)
      return read.ok ? read.files : []
    } catch {
      // An AbortError: the reader closed the dialog.
      return []
    }
  }
}
