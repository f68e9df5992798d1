/**
 * `policies.json` of a bundle: under which names its policies were loaded, and when each was in force. It stands beside the
 * folder `policies/`, which so holds nothing but manifests and can be given to other tools.
 */
import { isObject } from '../lib/is-object.ts'
import { POLICY_LIST_FILE } from './bundle-files.ts'
import { isPathInside } from './policy-paths.ts'

const FORMAT = 'flowtrace-policies'
const VERSION = 1

/** UTF-16 code units of a name. A longer one is cut. */
const MAX_NAME_LENGTH = 500
/** Characters of a value that a problem quotes. */
const MAX_QUOTED_LENGTH = 40

/** A document of policies, as a page loads it. */
export interface BundlePolicy {
  /** As places name it. */
  readonly name: string
  readonly text: string
  /** In force in [from, until), in Unix seconds; undefined is without an end on that side. */
  readonly from?: number
  readonly until?: number
}

/** A document without its text, which is in the file `path` below the folder of policies. */
export interface ListedPolicy extends Omit<BundlePolicy, 'text'> {
  readonly path: string
}

export interface ParsedPolicyList {
  /** Null where the list as a whole cannot be read. */
  readonly files: readonly ListedPolicy[] | null
  readonly problems: readonly string[]
}

/** The text of the list, one file a line. */
export function writePolicyList(files: readonly ListedPolicy[]): string {
  const lines = files.map(({ path, name, from, until }) =>
    JSON.stringify({ file: path, name: name.slice(0, MAX_NAME_LENGTH), from, until }),
  )
  return `{"format": "${FORMAT}", "version": ${VERSION}, "files": [\n${lines.join(',\n')}\n]}\n`
}

/** A list that cannot be read, with why. */
export function noPolicyList(problem: string): ParsedPolicyList {
  return { files: null, problems: [`${POLICY_LIST_FILE}: ${problem}`] }
}

/** Reads {@link writePolicyList}. Never throws. A file with a fault is left out by itself. */
export function parsePolicyList(text: string): ParsedPolicyList {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return noPolicyList(error instanceof Error ? error.message : 'it is not JSON')
  }
  if (!isObject(json) || json['format'] !== FORMAT) return noPolicyList(`format is not "${FORMAT}"`)
  if (json['version'] !== VERSION)
    return noPolicyList(`version ${quoted(json['version'])} is not ${VERSION}, which this Flowtrace reads`)
  if (!Array.isArray(json['files'])) return noPolicyList('files: is no list')
  const files: ListedPolicy[] = []
  const problems: string[] = []
  for (const [index, each] of json['files'].entries()) {
    const file = listedPolicy(each)
    if (typeof file === 'string') problems.push(`${POLICY_LIST_FILE}: files[${index}]${file}`)
    else files.push(file)
  }
  return { files, problems }
}

/** A file of the list, or what is wrong with it behind its place. */
function listedPolicy(value: unknown): ListedPolicy | string {
  if (!isObject(value)) return ': is no object'
  const { file, name, from, until } = value
  if (typeof file !== 'string') return `.file: ${quoted(file)} is no text`
  if (!isPathInside(file)) return `.file: ${quoted(file)} is not inside the folder of policies`
  if (typeof name !== 'string') return `.name: ${quoted(name)} is no text`
  if (!isTime(from)) return `.from: ${quoted(from)} is no time in Unix seconds`
  if (!isTime(until)) return `.until: ${quoted(until)} is no time in Unix seconds`
  if (from !== undefined && until !== undefined && until < from) return '.until: is before from'
  return {
    path: file,
    name: name.slice(0, MAX_NAME_LENGTH),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  }
}

function isTime(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value))
}

function quoted(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, MAX_QUOTED_LENGTH)
}
