/** The manifests of a folder, as files with their names. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { MAX_MANIFEST_FILES } from '../../src/policy/manifest/manifest-limits.ts'

/** Why the files cannot be served or read. The message is a sentence without a full stop. */
export class ManifestFilesError extends Error {
  override readonly name = 'ManifestFilesError'
}

export interface ManifestPath {
  readonly path: string
  /** As places name it: below the folder that was given. */
  readonly name: string
}

/**
 * The file, or the files with the endings .yaml, .yml and .json at any depth, hidden ones left out. Throws the error of the
 * file system.
 */
export async function filesBelow(path: string): Promise<readonly ManifestPath[]> {
  if (!(await stat(path)).isDirectory()) return [{ path, name: path }]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const found = entries
    .filter((entry) => /\.(ya?ml|json)$/i.test(entry.name))
    .map((entry) => ({ entry, file: join(entry.parentPath, entry.name) }))
    .map(({ entry, file }) => ({ entry, path: file, name: relative(path, file).split(sep).join('/') }))
    .filter(({ name }) => !name.split('/').some((part) => part.startsWith('.')))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const files: ManifestPath[] = []
  for (const { entry, ...file } of found)
    // The files of a mounted ConfigMap are links.
    if (entry.isFile() || (entry.isSymbolicLink() && (await stat(file.path)).isFile())) files.push(file)
  return files
}

/** Throws {@link ManifestFilesError} for too much, and the error of the file system. */
export async function readManifestFiles(
  found: readonly ManifestPath[],
  maxLength: number,
): Promise<readonly { readonly name: string; readonly text: string }[]> {
  if (found.length > MAX_MANIFEST_FILES)
    throw new ManifestFilesError(
      `At most ${MAX_MANIFEST_FILES} manifests are read together, not ${found.length}`,
    )
  const files: { name: string; text: string }[] = []
  let length = 0
  for (const { path, name } of found) {
    // In turn, so that the sum is known before more is read.
    const text = await readFile(path, 'utf8')
    length += text.length
    if (length > maxLength)
      throw new ManifestFilesError(`The manifests have more than ${maxLength} characters`)
    files.push({ name, text })
  }
  return files
}
