/** The files of a folder that the reader chose or dropped, with handles (File System Access API). */
import { MAX_MANIFEST_FILES } from '../../policy/manifest/manifest-limits.ts'
import { type FolderHandle, rememberHandle } from './file-handle.ts'

/** Folders of captures are seldom nested; a deeper one is left out, so that the recursion is bounded. */
export const MAX_FOLDER_DEPTH = 16

/** Of all folders of a drop together. Of captures far fewer are opened than of policies. */
export const MAX_FOLDER_FILES = MAX_MANIFEST_FILES

/** Where a file was in the folders that were chosen or dropped: two of them may have one name. */
const paths = new WeakMap<File, string>()

/** Remembers the path of a file, which begins with the name of the folder that was chosen. */
export function rememberPath(file: File, path: string): void {
  paths.set(file, path)
}

/** The path of a file below the folder that it came with, or its name. */
export function pathOfFile(file: File): string {
  // Of a folder that was chosen by an input field. Empty for other files.
  const chosen = 'webkitRelativePath' in file ? file.webkitRelativePath : ''
  return paths.get(file) ?? (chosen === '' ? file.name : chosen)
}

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
 * out, at most {@link MAX_FOLDER_FILES} and one. Rejects with the browser's DOMException
 * for a folder that cannot be read.
 */
export async function filesInFolder(folder: FolderHandle): Promise<readonly File[]> {
  const files: File[] = []
  await addFilesOf(folder, folder.name, 0, files)
  for (const file of files) rememberFolders(file, [folder])
  return files
}

async function addFilesOf(folder: FolderHandle, path: string, depth: number, files: File[]): Promise<void> {
  const entries = []
  for await (const entry of folder.values()) if (!entry.name.startsWith('.')) entries.push(entry)
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (files.length > MAX_FOLDER_FILES) return
    const inner = `${path}/${entry.name}`
    if (entry.kind === 'directory') {
      // One after another, so that the order is that of the names.
      // oxlint-disable-next-line no-await-in-loop
      if (depth < MAX_FOLDER_DEPTH) await addFilesOf(entry, inner, depth + 1, files)
      continue
    }
    // oxlint-disable-next-line no-await-in-loop
    const file = await entry.getFile()
    rememberPath(file, inner)
    rememberHandle(file, Promise.resolve(entry))
    files.push(file)
  }
}
