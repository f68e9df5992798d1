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

/** A folder. Its files may be read where the folder may, so that the reader is asked once for all of them. */
export interface FolderHandle extends Omit<FileHandle, 'kind' | 'getFile'> {
  readonly kind: 'directory'
  values(): AsyncIterable<FileHandle | FolderHandle>
}

/** The handles of the files that came with one: a file goes a long way before it is known to be a capture. */
const handles = new WeakMap<File, Promise<FileHandle | FolderHandle | null>>()

/** Remembers with which handle a file can be opened again. */
export function rememberHandle(file: File, handle: Promise<FileHandle | FolderHandle | null>): void {
  handles.set(file, handle)
}

/** The recordings of this browser that files were made of. */
const recordings = new WeakMap<File, string>()

/** Remembers by which id the recording is kept that a file was made of. */
export function rememberRecording(file: File, id: string): void {
  recordings.set(file, id)
}

/** The id that was remembered for a file; null where there is none. */
export function recordingOfFile(file: File): string | null {
  return recordings.get(file) ?? null
}

/** The handle that was remembered for a file; null where there is none. */
export async function handleOfFile(file: File): Promise<FileHandle | null> {
  const handle = await handles.get(file)
  return handle?.kind === 'file' ? handle : null
}

/** The handle of a dropped file or folder. Has to be called while the drop is handled. Resolves to null where there is none. */
export async function handleOf(
  item: DataTransferItem | undefined,
): Promise<FileHandle | FolderHandle | null> {
  if (item === undefined || !('getAsFileSystemHandle' in item)) return null
  try {
    // As the specification has it, which TypeScript's library does not know.
    const getHandle = item.getAsFileSystemHandle as () => Promise<FileHandle | FolderHandle | null>
    return await getHandle.call(item)
  } catch {
    // Refused, or not a file of the disk: then it is opened without a handle.
    return null
  }
}
