/**
 * Handles to files on the reader's disk, as Chromium has them (File System Access API; TypeScript's library lacks these
 * parts). With one a file can be opened again after a reload, once the reader has permitted it.
 */

type Permission = 'granted' | 'denied' | 'prompt'

export interface FileHandle {
  readonly kind: 'file'
  getFile(): Promise<File>
  /** Absent where permissions are not asked for, as of the browser's own file system. */
  queryPermission?(options: { mode: 'read' }): Promise<Permission>
  /** Needs a click or a key press of the reader. */
  requestPermission?(options: { mode: 'read' }): Promise<Permission>
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

/** The file of a handle, where the reader has permitted it or, with `ask`, permits it now. Null otherwise. */
export async function fileOf(handle: FileHandle, ask: boolean): Promise<File | null> {
  try {
    let permission = (await handle.queryPermission?.({ mode: 'read' })) ?? 'granted'
    if (permission === 'prompt' && ask) {
      permission = (await handle.requestPermission?.({ mode: 'read' })) ?? 'granted'
    }
    return permission === 'granted' ? await handle.getFile() : null
  } catch {
    // The file was moved or deleted, or the browser refused: the reader chooses it again.
    return null
  }
}
