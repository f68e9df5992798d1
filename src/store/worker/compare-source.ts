/** Reads a source for a comparison: a second capture, or a range of a gateway's history. */
import type { CaptureHeader } from '../../capture/format/capture-header.ts'
import { openCapture } from '../../source/capture-file.ts'
import { refusal } from '../../source/trouble.ts'
import type { CompareSide } from '../compare-messages.ts'
import type { TimeRange } from '../protocol.ts'
import { RecordStore } from '../keys/record-store.ts'

type Source = Extract<CompareSide, { of: 'source' }>['source']

/** Headers of which gaps are taken: a capture of many parts has many. */
const MAX_HEADERS = 100

export interface ReadSource {
  readonly store: RecordStore
  readonly headers: readonly CaptureHeader[]
  /** The range that was asked for, of which all that there is was read; null for a capture, whose range its records are. */
  readonly covered: TimeRange | null
}

/** The file that was read last for a comparison: it is compared again when the filter changes. */
let lastRead: { readonly name: string; readonly read: ReadSource } | null = null

/** Null for what is read anew each time: a history has more records by then. */
function cacheName(source: Source): string | null {
  if (source.kind !== 'file') return null
  return JSON.stringify(
    [source.file, ...(source.others ?? [])].map(({ name, size, lastModified }) => [name, size, lastModified]),
  )
}

/** Reads a source whole. Throws a TroubleError for a capture without records; a range of a history may have none. */
export async function readSource(
  source: Source,
  budget: number,
  signal: AbortSignal,
  onRead: (records: number, part: number | null) => void = () => {},
): Promise<ReadSource> {
  const name = cacheName(source)
  if (name !== null && lastRead?.name === name) return lastRead.read
  lastRead = null
  const store = new RecordStore({ budget, live: false })
  const headers: CaptureHeader[] = []
  const { batches, total } = await openCapture(source, signal)
  onRead(0, total === null ? null : 0)
  for await (const batch of batches) {
    signal.throwIfAborted()
    for (const flow of batch.flows) store.append(flow)
    if (headers.length < MAX_HEADERS) headers.push(...batch.headers)
    store.addRefusals(batch.refusals, batch.unknown, batch.refused)
    onRead(store.holdings().records, total === null ? null : batch.bytesRead / total)
  }
  if (store.holdings().records === 0 && source.kind !== 'history')
    throw refusal(
      source.kind === 'file'
        ? `${source.file.name} holds no record that could be read.`
        : 'No record was received.',
    )
  const covered = source.kind === 'history' ? source.range : null
  const read = { store, headers, covered }
  if (name !== null) lastRead = { name, read }
  return read
}
