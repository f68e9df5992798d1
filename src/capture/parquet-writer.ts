/**
 * Writes a capture as Parquet, row group by row group. A header has no row: the file's metadata has all of them, which
 * Parquet keeps at its end. docs/format.md is the contract.
 */
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { Flow, FlowKey } from '../flows/flow.ts'
import { unreachable } from '../lib/assert.ts'
import type { CaptureWriter } from './capture-writer.ts'
import { type CaptureHeader, headerJson } from './format/capture-header.ts'
import type { Json } from './format/json-fields.ts'
import { EntryNumbers } from './parquet/entry-numbers.ts'
import { type EntryPromise, promisesJson } from './parquet/entry-promises.ts'
import { rangeOfGroup } from './parquet/group-bytes.ts'
import {
  COUNTER_COLUMNS,
  ENTRIES_ENTRY,
  entriesOf,
  ENTRY_COLUMN,
  ENTRY_VALUE_COLUMNS,
  HEADERS_ENTRY,
  LABEL_COLUMNS,
  MEMBERS_COLUMN,
  PORT_COLUMNS,
  TEXT_COLUMNS,
  TIME_COLUMNS,
  TRACE_COLUMNS,
  VERSION_ENTRY,
  WORD_COLUMNS,
} from './parquet/parquet-columns.ts'
import { crc32 } from './scan/crc32.ts'
import { traceJson } from './write.ts'

/** A reader shows nothing before it has the first group whole. */
export const FIRST_GROUP_RECORDS = 2000
const GROUP_RECORDS = 100_000
/** Upper bound of the texts of a group that are held, counted where they repeat, in UTF-16 units. */
const MAX_GROUP_TEXT = 128 * 1024 * 1024

const TEXTS = entriesOf(TEXT_COLUMNS)
const WORDS = entriesOf(WORD_COLUMNS)
const PORTS = entriesOf(PORT_COLUMNS)
const COUNTERS = entriesOf(COUNTER_COLUMNS)

type ColumnType = 'text' | 'count' | 'time' | 'port' | 'labels' | 'members' | 'entry'

interface Column {
  readonly name: string
  readonly type: ColumnType
  data: unknown[]
}

const NOTHING = new Uint8Array(0)

/** The JSON of the traces of keys: the reader gives the records of a key one object. */
const traceTexts = new WeakMap<FlowKey, readonly [enforced: string, pending: string]>()

export class ParquetCaptureWriter implements CaptureWriter {
  readonly #columns: readonly Column[] = [
    ...TIME_COLUMNS.map((name) => columnOf(name, 'time')),
    ...TEXTS.map(([name]) => columnOf(name, 'text')),
    ...WORDS.map(([name]) => columnOf(name, 'text')),
    ...PORTS.map(([name]) => columnOf(name, 'port')),
    ...TRACE_COLUMNS.map((name) => columnOf(name, 'text')),
    ...LABEL_COLUMNS.map((name) => columnOf(name, 'labels')),
    ...COUNTERS.map(([name]) => columnOf(name, 'count')),
    columnOf(MEMBERS_COLUMN, 'members'),
  ]
  readonly #entryColumns = this.#columns.filter(({ name }) => ENTRY_VALUE_COLUMNS.includes(name))
  readonly #entries = new EntryNumbers(this.#entryColumns.length)
  readonly #promises: EntryPromise[] = []
  readonly #bytes = new ByteWriter(1024 * 1024)
  readonly #file = new ParquetWriter({
    writer: this.#bytes,
    schema: [
      { name: 'flows', num_children: this.#columns.length + 1 },
      ...[...this.#columns, columnOf(ENTRY_COLUMN, 'entry')].flatMap(schemaOf),
    ],
    createdBy: 'flowtrace',
  })
  readonly #headers: CaptureHeader[] = []
  #rows = 0
  #text = 0
  #groupRecords: number
  readonly #maxGroupRecords: number

  /** `maxGroupRecords`: fewer are encoded sooner, more take fewer bytes a record. */
  constructor(maxGroupRecords = GROUP_RECORDS) {
    this.#maxGroupRecords = maxGroupRecords
    this.#groupRecords = Math.min(FIRST_GROUP_RECORDS, maxGroupRecords)
  }

  header(header: CaptureHeader): Uint8Array {
    this.#headers.push(header)
    return NOTHING
  }

  record(flow: Flow, unknownMembers: Json | null): Uint8Array {
    const values = rowOf(flow, unknownMembers)
    for (const [i, { data }] of this.#columns.entries()) data.push(values[i])
    this.#rows++
    this.#text += textLength(values)
    return this.#rows >= this.#groupRecords || this.#text >= MAX_GROUP_TEXT ? this.#group() : NOTHING
  }

  end(): Uint8Array {
    const last = this.#group()
    const headers = this.#headers.map((header) => `${JSON.stringify(headerJson(header))}\n`)
    this.#file.kvMetadata = [
      { key: VERSION_ENTRY, value: '1' },
      { key: HEADERS_ENTRY, value: headers.join('') },
      { key: ENTRIES_ENTRY, value: promisesJson(this.#promises) },
    ]
    void this.#file.finish()
    return joined(last, this.#taken())
  }

  losses(): readonly string[] {
    return []
  }

  /** Encodes the records that are held as a row group. */
  #group(): Uint8Array {
    if (this.#rows === 0) return this.#taken()
    const first = this.#entries.count
    const entries = this.#entries.add(
      this.#entryColumns.map(({ data }) => data),
      this.#rows,
    )
    const start = this.#bytes.offset - this.#bytes.index
    // It is a promise only for a writer that flushes.
    void this.#file.write({
      columnData: [
        ...this.#columns.map(({ name, data }) => ({ name, data })),
        // Neighbours are alike: in a dictionary they would take more bytes.
        { name: ENTRY_COLUMN, data: entries, encoding: 'DELTA_BINARY_PACKED' },
      ],
      rowGroupSize: this.#rows,
    })
    for (const each of this.#columns) each.data = []
    this.#rows = 0
    this.#text = 0
    this.#groupRecords = this.#maxGroupRecords
    const bytes = this.#taken()
    const group = this.#file.row_groups.at(-1)
    const [from, to] = group === undefined ? [0, 0] : rangeOfGroup(group)
    this.#promises.push({ first, checksum: crc32(bytes.subarray(from - start, to - start)) })
    return bytes
  }

  /** The bytes that were written since the last call. */
  #taken(): Uint8Array {
    const bytes = this.#bytes.getBytes().slice()
    // The writer counts offsets in the file apart from its place in the buffer.
    this.#bytes.index = 0
    return bytes
  }
}

function columnOf(name: string, type: ColumnType): Column {
  return { name, type, data: [] }
}

function schemaOf({ name, type }: Column): SchemaElement[] {
  switch (type) {
    case 'text':
      return [textSchema(name, 'REQUIRED')]
    case 'members':
      return [textSchema(name, 'OPTIONAL')]
    case 'count':
      return [{ name, type: 'INT64', repetition_type: 'OPTIONAL' }]
    case 'entry':
    case 'port':
      return [{ name, type: 'INT32', repetition_type: 'REQUIRED' }]
    case 'time':
      return [
        {
          name,
          type: 'INT64',
          converted_type: 'TIMESTAMP_MILLIS',
          logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
          repetition_type: 'OPTIONAL',
        },
      ]
    case 'labels':
      return [
        {
          name,
          repetition_type: 'REQUIRED',
          converted_type: 'LIST',
          logical_type: { type: 'LIST' },
          num_children: 1,
        },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        textSchema('element', 'REQUIRED'),
      ]
    default:
      return unreachable(type, 'column type')
  }
}

function textSchema(name: string, repetition: 'REQUIRED' | 'OPTIONAL'): SchemaElement {
  return {
    name,
    type: 'BYTE_ARRAY',
    converted_type: 'UTF8',
    logical_type: { type: 'STRING' },
    repetition_type: repetition,
  }
}

/** The values of a record in the order of the columns. */
function rowOf(flow: Flow, unknownMembers: Json | null): readonly unknown[] {
  const { key } = flow
  return [
    time(flow.startTime),
    time(flow.endTime),
    ...TEXTS.map(([, field]) => key[field]),
    ...WORDS.map(([, field]) => word(key[field])),
    ...PORTS.map(([, field]) => key[field]),
    ...traceTextsOf(key),
    flow.sourceLabels,
    flow.destLabels,
    ...COUNTERS.map(([, field]) => count(flow[field])),
    unknownMembers === null ? null : JSON.stringify(unknownMembers),
  ]
}

/** Milliseconds; null for a time that was not recorded. */
function time(seconds: number): bigint | null {
  return seconds === 0 ? null : BigInt(seconds) * 1000n
}

function count(value: number | null): bigint | null {
  return value === null ? null : BigInt(value)
}

/** An enum value that we do not know as in JSON: its number or word. */
function word(name: string): string {
  return /^Unknown\((.*)\)$/s.exec(name)?.[1] ?? name
}

function traceTextsOf(key: FlowKey): readonly [enforced: string, pending: string] {
  let texts = traceTexts.get(key)
  if (texts === undefined) {
    const { enforcedPolicies, pendingPolicies } = traceJson(key.policies)
    texts = [JSON.stringify(enforcedPolicies ?? []), JSON.stringify(pendingPolicies ?? [])]
    traceTexts.set(key, texts)
  }
  return texts
}

/** In UTF-16 units. */
function textLength(values: readonly unknown[]): number {
  let length = 0
  for (const value of values) {
    if (typeof value === 'string') length += value.length
    else if (Array.isArray(value)) length += textLength(value)
  }
  return length
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
