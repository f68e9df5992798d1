/** Reads the manifests that --policies names. */
import { MAX_MANIFEST_LENGTH } from '../../../src/policy/manifest/manifest-limits.ts'
import { type NamedText, readManifests } from '../../../src/policy/manifest/read-manifests.ts'
import type { ReadManifests } from '../../../src/policy/manifest/resources.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { errorCode } from '../../lib/error-code.ts'
import { UsageError } from '../../lib/usage-error.ts'
import {
  filesBelow,
  ManifestFilesError,
  type ManifestPath,
  readManifestFiles,
} from '../../policies/manifest-files.ts'

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
  const found: ManifestPath[] = []
  for (const path of paths) found.push(...(await orUsageError(path, filesBelow(path))))
  const all = paths.map((path) => visibleText(path)).join(', ')
  if (found.length === 0) throw new UsageError(`There are no .yaml, .yml or .json files in ${all}`)
  const files = await orUsageError(all, readManifestFiles(found, MAX_MANIFEST_LENGTH))
  return { ...readManifests(files), files, paths: new Map(found.map(({ path, name }) => [name, path])) }
}

async function orUsageError<T>(path: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof ManifestFilesError) throw new UsageError(error.message, { cause: error })
    throw unreadable(path, error)
  }
}

function unreadable(path: string, error: unknown): unknown {
  if (!(error instanceof Error && 'errno' in error)) return error
  return new UsageError(`The policies ${visibleText(path)} cannot be read (${errorCode(error)})`, {
    cause: error,
  })
}
