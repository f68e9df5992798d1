/** The files of a folder that the reader chose or dropped, with handles (File System Access API). */
import { MAX_MERGED_CAPTURES } from '../../capture/merge-limit.ts'
import { type FolderHandle, rememberHandle } from './file-handle.ts'

/** Folders of captures are seldom nested; a deeper one is left out, so that the recursion is bounded. */
export const MAX_FOLDER_DEPTH = 16

/** The folders that were chosen or dropped, of the files in them. */
const folders = new WeakMap<File, readonly FolderHandle[]>()

/** Remembers with which folders' permission a file can be read again. */
export function rememberFolders(file: File, of: readonly FolderHandle[]): void {
  if (of.length > 0) folders.set(file, of)
}

/** The folders that the files came with, each once: with the permission for one its files can be read again. */
export function foldersOf(files: readonly File[]): readonly FolderHandle[] {
  return [...new Set(files.flatMap((file) => folders.get(file) ?? []))]
}

/**
 * The files in the folder, at any depth up to {@link MAX_FOLDER_DEPTH}, in the order of their names; hidden ones are left
 * out. It stops at one file more than can be merged, which is enough to say so. Rejects with the browser's DOMException
 * for a folder that cannot be read.
 */
export async function filesInFolder(folder: FolderHandle): Promise<readonly File[]> {
  const files: File[] = []
  await addFilesOf(folder, 0, files)
  for (const file of files) rememberFolders(file, [folder])
  return files
}

async function addFilesOf(folder: FolderHandle, depth: number, files: File[]): Promise<void> {
  const entries = []
  for await (const entry of folder.values()) if (!entry.name.startsWith('.')) entries.push(entry)
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (files.length > MAX_MERGED_CAPTURES) return
    if (entry.kind === 'directory') {
      // One after another, so that the order is that of the names.
      // oxlint-disable-next-line no-await-in-loop
      if (depth < MAX_FOLDER_DEPTH) await addFilesOf(entry, depth + 1, files)
      continue
    }
    // oxlint-disable-next-line no-await-in-loop
    const file = await entry.getFile()
    rememberHandle(file, Promise.resolve(entry))
    files.push(file)
  }
}
