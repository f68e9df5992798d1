/** Buckets and keys as rows of the tables `flows` and `keys`. */
import { createHash } from 'node:crypto'
import { FOLDED_COLUMN } from '../../../src/filter/plan/key-column.ts'
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { ensure, unreachable } from '../../../src/lib/assert.ts'
import type { Bucket, EntryId } from '../history-store.ts'
import { type ColumnValue, KEY_COLUMN_LIST, keyRowOf } from '../sql/key-columns.ts'
import { OTHER_ACTION } from '../sql/tables.ts'
import { RowBinaryWriter } from './row-binary.ts'

const DAY_SECONDS = 86_400

/** Writes the rows of a bucket for the table `flows`, in the revision; `actions` are the codes of its entries' actions. */
export function writeFactRows(
  writer: RowBinaryWriter,
  bucket: Bucket,
  revision: number,
  actions: Uint8Array,
): void {
  const { cluster, start, seconds, entries } = bucket
  const counters = COUNTER_NAMES.map((name) => bucket[name])
  const common = new RowBinaryWriter(64)
  common.text(cluster)
  common.uint32(start)
  common.uint32(seconds)
  const beginning = common.take()
  for (let row = 0; row < entries.length; row++) {
    writer.bytes(beginning)
    writer.uint64(ensure(entries[row], 'entry'))
    writer.uint8(actions[row] ?? OTHER_ACTION)
    writer.uint16(revision)
    for (const column of counters) writer.counter(column[row] ?? Number.NaN)
  }
}

/** 64 bits of a hash of what a bucket holds. */
export function digestOf(bucket: Bucket): bigint {
  const hash = createHash('sha256').update(`${bucket.seconds}`)
  for (const column of [bucket.entries, ...COUNTER_NAMES.map((name) => bucket[name])])
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
  return hash.digest().readBigUInt64BE()
}

/** Writes the row of an entry for the table `keys`, sent with records of this time. */
export function writeKeyRow(
  writer: RowBinaryWriter,
  { cluster, start }: Bucket,
  entry: EntryId,
  key: LabelledKey,
): void {
  const { grp, sig, conv, columns, [FOLDED_COLUMN]: folded, body } = keyRowOf(key)
  writer.text(cluster)
  for (const id of [entry, grp, sig, conv]) writer.uint64(id)
  for (const { column, type } of KEY_COLUMN_LIST) writeColumn(writer, type, columns[column])
  writer.list(folded, (value) => writer.text(value))
  writer.text(body)
  writer.uint16(Math.floor(start / DAY_SECONDS))
}

function writeColumn(
  writer: RowBinaryWriter,
  type: (typeof KEY_COLUMN_LIST)[number]['type'],
  value: ColumnValue,
): void {
  switch (type) {
    case 'text':
      return writer.text(String(value))
    case 'number':
      return writer.int64(Number(value))
    case 'texts':
      return writer.list([value].flat(), (each) => writer.text(String(each)))
    case 'numbers':
      return writer.list([value].flat(), (each) => writer.int64(Number(each)))
    default:
      return unreachable(type, 'type of column')
  }
}
