/**
 * Encodes records as the captures that we write: NDJSON with a header, length-delimited protobuf, and Parquet
 * (parquet-writer.ts). docs/format.md is the contract. The writers give bytes or text, and know nothing of files; compression is the caller's.
 */
import { type Flow, type FlowKey, isUnknown, type PolicyHit } from '../flows/flow.ts'
import { unreachable } from '../lib/assert.ts'
import { formatCount, formatPlural } from '../lib/format.ts'
import { lazyChunk } from '../lib/preload.ts'
import { visibleJson } from '../lib/visible-text.ts'
import { writeFlowFields } from '../wire/encode-flow.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { type CaptureHeader, headerJson } from './format/capture-header.ts'
import type { Json } from './format/json-fields.ts'
import { HEADER_FIELD, UNRECORDED_FIELD, unrecordedOf } from './format/message-extension.ts'
import { withUnknownMembers } from './format/unknown-members.ts'
import { namesAnEnd } from './names-an-end.ts'
import { MAX_MESSAGE_BYTES } from './scan/delimited-splitter.ts'
import { flowJson, keyJson, traceJson, valuesJson } from './write.ts'

/** The formats that are written. */
export const WRITTEN_FORMATS = ['ndjson', 'protobuf', 'parquet'] as const
export type WrittenFormat = (typeof WRITTEN_FORMATS)[number]

const parquetWriter = lazyChunk(() => import('./parquet-writer.ts'))

export interface CaptureWriter {
  /** The encoding of a header, which may stand anywhere among the records. */
  header(header: CaptureHeader): string | Uint8Array
  /** The encoding of a record. `unknownMembers`: those of the record that the flow was read from. */
  record(flow: Flow, unknownMembers: Json | null): string | Uint8Array
  /** What is left to write at the end. */
  end(): string | Uint8Array
  /** What the format could not hold of the records, a sentence for each kind of loss. */
  losses(): readonly string[]
}

/** As {@link captureWriter}, for every format: the writer of Parquet is loaded on its first use. */
export async function openWriter(format: WrittenFormat): Promise<CaptureWriter> {
  if (format !== 'parquet') return captureWriter(format)
  const { ParquetCaptureWriter } = await parquetWriter()
  return new ParquetCaptureWriter()
}

export function captureWriter(format: Exclude<WrittenFormat, 'parquet'>): CaptureWriter {
  switch (format) {
    case 'ndjson':
      return new NdjsonWriter()
    case 'protobuf':
      return new DelimitedWriter()
    default:
      return unreachable(format, 'format')
  }
}

/** A header as a line of NDJSON, with its newline. */
export function headerLine(header: CaptureHeader): string {
  return `${visibleJson(JSON.stringify(headerJson(header)))}\n`
}

/** A record as a line of NDJSON, with its newline: a goldmane.FlowResult as protojson. It has no control characters. */
export function recordLine(flow: Flow, unknownMembers: Json | null = null): string {
  if (unknownMembers === null && namesAnEnd(flow.key)) return knownLine(flow)
  const record = namesAnEnd(flow.key) ? { flow: flowJson(flow) } : { policies: traceJson(flow.key.policies) }
  const whole = unknownMembers === null ? record : withUnknownMembers(record, unknownMembers)
  return `${visibleJson(JSON.stringify(whole))}\n`
}

/** The JSON of keys by their object: the reader gives the records of a key one object, and a capture repeats its keys. */
const keyTexts = new WeakMap<FlowKey, string>()

function knownLine(flow: Flow): string {
  let key = keyTexts.get(flow.key)
  if (key === undefined) {
    key = visibleJson(JSON.stringify(keyJson(flow.key)))
    keyTexts.set(flow.key, key)
  }
  const values = visibleJson(JSON.stringify(valuesJson(flow))).slice(1)
  return `{"flow":{"Key":${key}${values === '}' ? '' : ','}${values}}\n`
}

class NdjsonWriter implements CaptureWriter {
  header(header: CaptureHeader): string {
    return headerLine(header)
  }

  record(flow: Flow, unknownMembers: Json | null): string {
    return recordLine(flow, unknownMembers)
  }

  end(): string {
    return ''
  }

  losses(): readonly string[] {
    return []
  }
}

const NOTHING = new Uint8Array(0)

/** A header has no message of its own: it is a field of the record before it, or of the first one. */
class DelimitedWriter implements CaptureWriter {
  readonly #writer = new ProtobufWriter()
  #headers: CaptureHeader[] = []
  /** The last record, which waits for headers that come after it. */
  #waiting: Flow | null = null
  readonly #lost = { words: 0, members: 0, long: 0, nameless: 0, headers: 0 }

  header(header: CaptureHeader): Uint8Array {
    this.#headers.push(header)
    return NOTHING
  }

  record(flow: Flow, unknownMembers: Json | null): Uint8Array {
    if (unknownMembers !== null && Object.keys(unknownMembers).some((name) => name !== 'id'))
      this.#lost.members++
    if (!namesAnEnd(flow.key)) {
      this.#lost.nameless++
      return NOTHING
    }
    if (hasUnknownWord(flow)) this.#lost.words++
    const before = this.#waiting
    this.#waiting = flow
    return before === null ? NOTHING : this.#message(before)
  }

  end(): Uint8Array {
    const last = this.#waiting
    this.#waiting = null
    const bytes = last === null ? NOTHING : this.#message(last)
    this.#lost.headers += this.#headers.length
    return bytes
  }

  losses(): readonly string[] {
    const { words, members, long, nameless, headers } = this.#lost
    const sentences: [number, string][] = [
      [words, 'with a word outside an enum, which protobuf has only by number'],
      [members, 'with members that this version does not know, which protobuf has only by number'],
      [long, `of more than ${formatCount(MAX_MESSAGE_BYTES)} bytes, left out`],
      [nameless, 'without a name at either end, left out'],
    ]
    return [
      ...sentences.flatMap(([count, what]) =>
        count === 0 ? [] : [`${formatPlural(count, 'record')} ${what}`],
      ),
      ...(headers === 0 ? [] : ['the header: without a record there is nothing to write it to']),
    ]
  }

  #message(flow: Flow): Uint8Array {
    const writer = this.#writer
    writer.reset()
    writer.message(2, () => writeFlowFields(writer, flow))
    for (const header of this.#headers) writer.text(HEADER_FIELD, JSON.stringify(headerJson(header)), true)
    writer.varint(UNRECORDED_FIELD, unrecordedOf(flow))
    const message = writer.written()
    if (message.length > MAX_MESSAGE_BYTES) {
      this.#lost.long++
      return NOTHING
    }
    this.#headers = []
    return withLength(message)
  }
}

/** The bytes with their number, a varint, in front. */
function withLength(message: Uint8Array): Uint8Array {
  const prefix: number[] = []
  let rest = message.length
  while (rest > 0x7f) {
    prefix.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  prefix.push(rest)
  const framed = new Uint8Array(prefix.length + message.length)
  framed.set(prefix)
  framed.set(message, prefix.length)
  return framed
}

function hasUnknownWord({ key }: Flow): boolean {
  const hits = [...key.policies.enforced, ...key.policies.pending]
  const names = [key.sourceType, key.destType, key.reporter, key.action, ...hits.flatMap(namesOf)]
  return names.some((name) => isUnknown(name) && !/^Unknown\(\d+\)$/.test(name))
}

function namesOf(hit: PolicyHit): readonly string[] {
  return [hit.kind, hit.action, ...(hit.trigger === null ? [] : namesOf(hit.trigger))]
}
