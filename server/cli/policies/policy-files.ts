/** Reads the manifests that --policies names. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { MAX_MANIFEST_FILES, MAX_MANIFEST_LENGTH } from '../../../src/policy/manifest/manifest-limits.ts'
import { type NamedText, readManifests } from '../../../src/policy/manifest/read-manifests.ts'
import type { ReadManifests } from '../../../src/policy/manifest/resources.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { errorCode } from '../../lib/error-code.ts'
import { UsageError } from '../../lib/usage-error.ts'

export interface LoadedPolicies extends ReadManifests {
  readonly files: readonly NamedText[]
  /** The path of each file by its name; of two folders with a file of one name the later one. */
  readonly paths: ReadonlyMap<string, string>
}

/**
 * The manifests of files and folders, of which those with the endings .yaml, .yml and .json are read at any depth, hidden
 * ones left out. Throws {@link UsageError} for a path that cannot be read, and where there is nothing to read.
 */
export async function loadPolicies(paths: readonly string[]): Promise<LoadedPolicies> {
  const found = (await Promise.all(paths.map(filesBelow))).flat()
  if (found.length === 0)
    throw new UsageError(
      `There are no .yaml, .yml or .json files in ${paths.map((path) => visibleText(path)).join(', ')}`,
    )
  if (found.length > MAX_MANIFEST_FILES)
    throw new UsageError(`At most ${MAX_MANIFEST_FILES} manifests are read together, not ${found.length}`)
  const files: NamedText[] = []
  let length = 0
  for (const { path, name } of found) {
    // In turn, so that the sum is known before more is read.
    const text = await readText(path)
    length += text.length
    if (length > MAX_MANIFEST_LENGTH)
      throw new UsageError(`The manifests have more than ${MAX_MANIFEST_LENGTH} characters`)
    files.push({ name, text })
  }
  return { ...readManifests(files), files, paths: new Map(found.map(({ path, name }) => [name, path])) }
}

interface ManifestPath {
  readonly path: string
  /** As places name it: below the folder that was given. */
  readonly name: string
}

async function filesBelow(path: string): Promise<readonly ManifestPath[]> {
  try {
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
  } catch (error) {
    throw unreadable(path, error)
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw unreadable(path, error)
  }
}

function unreadable(path: string, error: unknown): unknown {
  if (!(error instanceof Error && 'errno' in error)) return error
  return new UsageError(`The policies ${visibleText(path)} cannot be read (${errorCode(error)})`, {
    cause: error,
  })
}
