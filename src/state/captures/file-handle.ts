/**
 * Handles to files on the reader's disk, as Chromium has them (File System Access API; TypeScript's library lacks these
 * parts). With one a file can be opened again after a reload, once the reader has permitted it.
 */

export type Permission = 'granted' | 'denied' | 'prompt'

export interface FileHandle {
  readonly kind: 'file'
  readonly name: string
  getFile(): Promise<File>
  /** Absent where permissions are not asked for, as of the browser's own file system. */
  queryPermission?(options: { mode: 'read' }): Promise<Permission>
  /** Needs a click or a key press of the reader. */
  requestPermission?(options: { mode: 'read' }): Promise<Permission>
}

/** The handles of the files that came with one: a file goes a long way before it is known to be a capture. */
const handles = new WeakMap<File, Promise<FileHandle | null>>()

/** Remembers with which handle a file can be opened again. */
export function rememberHandle(file: File, handle: Promise<FileHandle | null>): void {
  handles.set(file, handle)
}

/** The handle that was remembered for a file; null where there is none. */
export async function handleOfFile(file: File): Promise<FileHandle | null> {
  return (await handles.get(file)) ?? null
}

/** The handle of a dropped file. Has to be called while the drop is handled. Resolves to null where there is none. */
export async function handleOf(item: DataTransferItem | undefined): Promise<FileHandle | null> {
  if (item === undefined || !('getAsFileSystemHandle' in item)) return null
  try {
    // As the specification has it, which TypeScript's library does not know.
    const getHandle = item.getAsFileSystemHandle as () => Promise<FileHandle | { kind: 'directory' } | null>
    const handle = await getHandle.call(item)
    return handle?.kind === 'file' ? handle : null
  } catch {
    // Refused, or not a file of the disk: then it is opened without a handle.
    return null
  }
}
