/** Reads the policies in a bundle, within the limits of those that a page loads. What is damaged is left out, and said. */
import type { FileEntry } from '@zip.js/zip.js/lib/zip-core-custom.js'

import { formatBytes, formatPlural } from '../lib/format.ts'
import { MAX_MANIFEST_FILES, MAX_MANIFEST_LENGTH } from '../policy/manifest/manifest-limits.ts'
import { MAX_POLICY_LIST_BYTES, POLICY_FOLDER, POLICY_LIST_FILE } from './bundle-files.ts'
import {
  type BundlePolicy,
  type ListedPolicy,
  noPolicyList,
  type ParsedPolicyList,
  parsePolicyList,
} from './policy-list.ts'
import { unpackEntry, unpackFault } from './unpack-entry.ts'

export interface PoliciesOfBundle {
  /** In the order of the list. */
  readonly documents: readonly BundlePolicy[]
  /** What could not be read, each with its place. */
  readonly problems: readonly string[]
}

/** So many files that cannot be read are named. */
const MAX_NAMED_PROBLEMS = 5

type EntriesByName = ReadonlyMap<string, readonly FileEntry[]>

/** The policies among the entries of a zip whose bundle is in `folder`. Rejects with the signal's reason alone. */
export async function readPolicies(
  entries: readonly FileEntry[],
  folder: string,
  signal: AbortSignal,
): Promise<PoliciesOfBundle> {
  const byName = entriesByName(entries)
  const inFolder = entries.filter(({ filename }) => filename.startsWith(folder + POLICY_FOLDER)).length
  const lists = byName.get(folder + POLICY_LIST_FILE) ?? []
  if (inFolder === 0 && lists.length === 0) return { documents: [], problems: [] }
  const { files, problems } = await listOf(lists, signal)
  if (files === null)
    return { documents: [], problems: [`${problems.join('; ')}, so no policies are loaded`] }
  const listed = files.map((file) => ({ file, found: byName.get(folder + POLICY_FOLDER + file.path) ?? [] }))
  const bytes = listed.reduce((sum, { found }) => sum + (found[0]?.uncompressedSize ?? 0), 0)
  if (files.length > MAX_MANIFEST_FILES || bytes > MAX_MANIFEST_LENGTH) {
    const size = `${formatPlural(files.length, 'file')} of policies with ${formatBytes(bytes)}`
    return { documents: [], problems: [`${POLICY_FOLDER}: ${size} are more than are loaded together`] }
  }
  const documents: BundlePolicy[] = []
  const faults = [...problems]
  for (const { file, found } of listed) {
    // One after the other, so that one of them is in memory twice.
    // oxlint-disable-next-line no-await-in-loop
    const text = await textOf(found, signal)
    if (text.ok) documents.push(documentOf(file, text.text))
    else faults.push(`${POLICY_FOLDER}${file.path}: ${text.say}`)
  }
  const unlisted = inFolder - countListed(listed, byName, folder)
  if (unlisted > 0)
    faults.push(`${POLICY_FOLDER}: ${formatPlural(unlisted, 'file')} of it not in ${POLICY_LIST_FILE}`)
  return { documents, problems: shortened(faults) }
}

function entriesByName(entries: readonly FileEntry[]): EntriesByName {
  const byName = new Map<string, FileEntry[]>()
  for (const entry of entries) {
    const known = byName.get(entry.filename)
    if (known === undefined) byName.set(entry.filename, [entry])
    else known.push(entry)
  }
  return byName
}

/** How many entries the list names. */
function countListed(
  listed: readonly { readonly file: ListedPolicy }[],
  byName: EntriesByName,
  folder: string,
): number {
  const names = new Set(listed.map(({ file }) => folder + POLICY_FOLDER + file.path))
  return [...names].reduce((sum, name) => sum + (byName.get(name)?.length ?? 0), 0)
}

function documentOf({ name, from, until }: ListedPolicy, text: string): BundlePolicy {
  return {
    name,
    text,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  }
}

function shortened(problems: readonly string[]): readonly string[] {
  const more = problems.length - MAX_NAMED_PROBLEMS
  if (more <= 0) return problems
  return [
    ...problems.slice(0, MAX_NAMED_PROBLEMS),
    `and ${formatPlural(more, 'more problem')} with its policies`,
  ]
}

async function listOf(entries: readonly FileEntry[], signal: AbortSignal): Promise<ParsedPolicyList> {
  const [entry] = entries
  if (entry !== undefined && entry.uncompressedSize > MAX_POLICY_LIST_BYTES)
    return noPolicyList(`has more than ${formatBytes(MAX_POLICY_LIST_BYTES)}`)
  const text = await textOf(entries, signal)
  return text.ok ? parsePolicyList(text.text) : noPolicyList(text.say)
}

/** The text of the one entry of a name, or why there is none. */
async function textOf(
  [entry, second]: readonly FileEntry[],
  signal: AbortSignal,
): Promise<{ readonly ok: true; readonly text: string } | { readonly ok: false; readonly say: string }> {
  if (entry === undefined) return { ok: false, say: 'is missing' }
  if (second !== undefined) return { ok: false, say: 'is there more than once' }
  if (entry.encrypted) return { ok: false, say: 'is encrypted' }
  try {
    const unpacked = await unpackEntry(entry, { checkSignature: true, signal })
    return { ok: true, text: await unpacked.text() }
  } catch (error) {
    signal.throwIfAborted()
    return { ok: false, say: `cannot be unpacked (${unpackFault(error)})` }
  }
}
