/** The parts of an export as Parquet, and its size. A lazy chunk: no other export needs the writer. */
import { FIRST_GROUP_RECORDS, ParquetCaptureWriter } from '../../capture/parquet-writer.ts'
import { yieldToEventLoop } from '../../lib/yield-to-event-loop.ts'
import { flowReader } from '../query/exported-rows.ts'
import { type ExportScene, type FileParts, headerOf, type PartRequest } from './export-parts.ts'
import type { ExportRedaction } from './export-redaction.ts'

/** Fewer than in the files of the terminal: a group is encoded at once, while the answers to pages wait. */
const GROUP_RECORDS = 10_000
/** Groups that an estimate writes besides the first one. A file of no more is written as a whole. */
const SAMPLED_GROUPS = 4
/** Records that are encoded, or put aside, between two turns of the event loop. */
const BATCH_RECORDS = 2000

const NOTHING = new Uint8Array(0)

/** The parts of the file of a request. Most are empty: bytes come when a row group is full. */
export function parquetParts(
  { store, view, now, headers }: ExportScene,
  asked: PartRequest,
  redaction: ExportRedaction | null,
): FileParts & Required<Pick<FileParts, 'tail'>> {
  const request = redaction?.request(asked) ?? asked
  const { total, span, skip, next } = flowReader(store, view, now, redaction?.labelled)
  const writer = new ParquetCaptureWriter(GROUP_RECORDS)
  writer.header(headerOf(request, span, store.live, redaction, headers))
  return {
    total,
    span,
    skip,
    head: NOTHING,
    next(limit) {
      const flows = next(limit)
      const groups = flows.map((flow) => writer.record(flow, null)).filter(({ length }) => length > 0)
      return { bytes: joined(groups), items: flows.length }
    },
    tail: () => joined([writer.end()]),
  }
}

/**
 * The bytes of the whole file, from the first row group and others that are evenly spread: a group has dictionaries of its
 * own, so that a sample of less than a group would take more bytes a record than the file.
 */
export async function estimateParquetBytes(
  { total, next, skip, tail }: ReturnType<typeof parquetParts>,
  signal: AbortSignal,
): Promise<number> {
  const groups = Math.max(0, Math.ceil((total - FIRST_GROUP_RECORDS) / GROUP_RECORDS))
  const isSample = groups > SAMPLED_GROUPS
  const write = async (records: number): Promise<number> => {
    let bytes = 0
    let left = records
    while (left > 0) {
      signal.throwIfAborted()
      const part = next(Math.min(left, BATCH_RECORDS))
      if (part.items === 0) break
      left -= part.items
      bytes += part.bytes.length
      await yieldToEventLoop()
    }
    return bytes
  }
  const first = await write(FIRST_GROUP_RECORDS)
  if (!isSample) return first + (await write(total)) + tail().length
  let sampled = 0
  let group = 0
  for (let i = 0; i < SAMPLED_GROUPS; i++) {
    // The last group is not full, and no part of the sample.
    const wanted = Math.floor((i * (groups - 1)) / SAMPLED_GROUPS)
    skip((wanted - group) * GROUP_RECORDS)
    sampled += await write(GROUP_RECORDS)
    group = wanted + 1
  }
  const rest = (sampled * (total - FIRST_GROUP_RECORDS)) / (SAMPLED_GROUPS * GROUP_RECORDS)
  // The table of contents has an entry for each group.
  const contents = (tail().length * (groups + 1)) / (SAMPLED_GROUPS + 1)
  return Math.round(first + rest + contents)
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
