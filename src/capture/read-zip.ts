/** Reads the captures in a zip, merged on one clock. */
import { MAX_CACHED_BYTES } from './cache/line-cache.ts'
import type { Batch } from './collect.ts'
import { placelessRefusal, type Refusal } from './format/refusal.ts'
import { mergeCaptures, type NamedCapture } from './merge.ts'
import { MAX_MERGED_CAPTURES } from './merge-limit.ts'
import type { PositionedBytes } from './scan/positioned-bytes.ts'
import { type ZipEntry, zipEntries, ZipFault } from './zip-entries.ts'

/** What stands beside the capture in an incident bundle, and what systems add to a zip by themselves. */
const IGNORED = /(^|\/)(README\.md|view\.json|policies\.yaml|\.DS_Store|Thumbs\.db)$|^__MACOSX\//
const VIEW_NAME = /(^|\/)view\.json$/
/** Bytes of a file, as it is in the zip once opened, among which there must be a record for it to be a capture. */
const MAX_CHECKED_BYTES = 16 * 1024 * 1024
const MAX_NAMED_FILES = 5
/** Reasons of files without a record that are given, when no file holds one. */
const MAX_REASONS = 20

type ReadEntry = (stream: ReadableStream<Uint8Array>, cacheBytes: number) => AsyncGenerator<Batch>

/** The batches of all captures in a zip. Throws what reading it throws, and the signal's reason. */
export async function* readZip(
  file: PositionedBytes,
  readEntry: ReadEntry,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch> {
  let entries: readonly ZipEntry[]
  try {
    entries = await zipEntries(file)
  } catch (error) {
    if (!(error instanceof ZipFault)) throw error
    yield refusedBatch([placelessRefusal(`This zip cannot be read: ${error.message}`)], file.size)
    return
  }
  const isPolicy = policiesAmong(entries)
  const candidates = entries.filter(({ name }) => !IGNORED.test(name) && !isPolicy(name))
  const cacheBytes = Math.floor(
    MAX_CACHED_BYTES / Math.max(1, Math.min(candidates.length, MAX_MERGED_CAPTURES)),
  )
  const captures: NamedCapture[] = []
  const others: string[] = []
  const unread: string[] = []
  const reasons: Refusal[] = []
  try {
    for (const entry of candidates) {
      if (captures.length === MAX_MERGED_CAPTURES) {
        unread.push(entry.name)
        continue
      }
      const opened = await openEntry(entry, readEntry, cacheBytes, signal)
      if ('batches' in opened) captures.push({ name: entry.name, batches: opened.batches })
      else {
        others.push(entry.name)
        reasons.push(...opened.refusals.slice(0, MAX_REASONS - reasons.length))
      }
    }
    const refusals = [
      ...(captures.length === 0 ? reasons : []),
      ...sentences(others, 'without a record of a flow'),
      ...sentences(unread, `not read, beyond the first ${MAX_MERGED_CAPTURES} captures`),
    ]
    if (candidates.length === 0) refusals.push(placelessRefusal('This zip holds no files'))
    if (refusals.length > 0) yield refusedBatch(refusals, 0)
    if (captures.length > 0) yield* mergeCaptures(captures)
  } finally {
    await Promise.all(captures.map(({ batches }) => batches.return(undefined)))
  }
}

/**
 * Whether a file holds the policies of the bundle in a zip. Elsewhere a folder of this name may hold captures, too.
 */
function policiesAmong(entries: readonly ZipEntry[]): (name: string) => boolean {
  const view = entries.find(({ name }) => VIEW_NAME.test(name))
  const list = view?.name.replace(VIEW_NAME, '$1policies.json')
  if (list === undefined || !entries.some(({ name }) => name === list)) return () => false
  const folder = list.replace(/\.json$/, '/')
  return (name) => name === list || name.startsWith(folder)
}

function sentences(names: readonly string[], what: string): readonly Refusal[] {
  if (names.length === 0) return []
  const more = names.length > MAX_NAMED_FILES ? ` and ${names.length - MAX_NAMED_FILES} more` : ''
  const files = names.length === 1 ? 'file' : 'files'
  const shown = names.slice(0, MAX_NAMED_FILES).join(', ')
  return [placelessRefusal(`In this zip are ${names.length} ${files} ${what}: ${shown}${more}`)]
}

/** The batches of a file that holds a record among its first bytes, or why it does not. */
async function openEntry(
  entry: ZipEntry,
  readEntry: ReadEntry,
  cacheBytes: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly batches: AsyncGenerator<Batch> } | { readonly refusals: readonly Refusal[] }> {
  const losses: Refusal[] = []
  const bytes = entry.read(
    (reason) => losses.push(placelessRefusal(`This file in the zip: ${reason}`)),
    signal,
  )
  const batches = readEntry(streamOf(bytes), cacheBytes)
  const first: Batch[] = []
  for (;;) {
    const { done, value } = await batches.next()
    if (done !== true) first.push(value)
    if (done !== true && value.flows.length > 0) break
    if (done !== true && value.bytesRead < MAX_CHECKED_BYTES) continue
    await batches.return(undefined)
    const refusals = [...losses, ...first.flatMap((batch) => batch.refusals)]
    return { refusals: refusals.map((refusal) => ({ ...refusal, file: entry.name })) }
  }
  return { batches: following(first, batches, losses, entry) }
}

async function* following(
  first: readonly Batch[],
  rest: AsyncGenerator<Batch>,
  losses: Refusal[],
  { packedSize, plainSize }: ZipEntry,
): AsyncGenerator<Batch> {
  const inZip = (batch: Batch): Batch => {
    const told = losses.splice(0)
    return {
      ...batch,
      refusals: [...batch.refusals, ...told],
      refused: batch.refused + told.length,
      bytesRead: Math.round((Math.min(batch.bytesRead, plainSize) * packedSize) / Math.max(1, plainSize)),
    }
  }
  try {
    for (const batch of first) yield inZip(batch)
    for await (const batch of rest) yield inZip(batch)
  } finally {
    await rest.return(undefined)
  }
}

function streamOf(bytes: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await bytes.next()
        if (done === true) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await bytes.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

function refusedBatch(refusals: readonly Refusal[], bytesRead: number): Batch {
  return {
    flows: [],
    unknownMembers: [],
    headers: [],
    refusals,
    refused: refusals.length,
    unknown: 0,
    bytesRead,
    format: null,
  }
}
