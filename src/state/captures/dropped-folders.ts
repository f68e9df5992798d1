/** The files in folders that were dropped on the page, as browsers give them (File and Directory Entries API). */
import type { FileHandle, FolderHandle } from './file-handle.ts'
import { filesInFolder, MAX_FOLDER_DEPTH, MAX_FOLDER_FILES, rememberPath } from './folder-handles.ts'

/**
 * The files in the folders, as {@link filesInFolder} gives them, with handles where the browser has one for the folder
 * at the same index. Rejects with the browser's DOMException for a folder that cannot be read.
 */
export async function filesInFolders(
  folders: readonly FileSystemEntry[],
  handles: readonly Promise<FileHandle | FolderHandle | null>[] = [],
): Promise<readonly File[]> {
  const files: File[] = []
  for (const [index, folder] of folders.entries()) {
    // One after another, so that the order is that of the names.
    // oxlint-disable-next-line no-await-in-loop
    const handle = await handles[index]
    // oxlint-disable-next-line no-await-in-loop
    if (handle?.kind === 'directory') files.push(...(await filesInFolder(handle)))
    // oxlint-disable-next-line no-await-in-loop
    else await addFiles(folder, 0, files)
  }
  return files
}

async function addFiles(entry: FileSystemEntry, depth: number, files: File[]): Promise<void> {
  if (files.length > MAX_FOLDER_FILES || depth > MAX_FOLDER_DEPTH) return
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    rememberPath(file, entry.fullPath.replace(/^\//, ''))
    files.push(file)
    return
  }
  if (!isFolder(entry)) return
  const entries = await entriesIn(entry)
  const shown = entries.filter(({ name }) => !name.startsWith('.'))
  for (const inner of shown.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    // oxlint-disable-next-line no-await-in-loop
    await addFiles(inner, depth + 1, files)
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

/** Chromium gives at most 100 entries at a time, and an empty list at the end. */
async function entriesIn(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) return all
    all.push(...some)
  }
}
