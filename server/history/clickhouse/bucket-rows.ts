/** Buckets and keys as rows of the tables `flows` and `keys`. */
import { createHash } from 'node:crypto'
import { FOLDED_COLUMN } from '../../../src/filter/plan/key-column.ts'
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { unreachable } from '../../../src/lib/assert.ts'
import type { Bucket, EntryId } from '../history-store.ts'
import { type ColumnValue, KEY_COLUMN_LIST, keyRowOf } from '../sql/key-columns.ts'
import { COUNTER_COLUMNS } from '../sql/tables.ts'
import { NativeBlock } from './native-block.ts'
import type { RowBinaryWriter } from './row-binary.ts'

const DAY_SECONDS = 86_400

/** A bucket in its revision; `actions` are the codes of its entries' actions. */
export interface RevisedBucket {
  readonly bucket: Bucket
  readonly revision: number
  readonly actions: Uint8Array
}

/** The rows of buckets for the table `flows`, in the format Native. */
export function factBlock(buckets: readonly RevisedBucket[]): readonly Uint8Array[] {
  const rows = buckets.reduce((sum, { actions }) => sum + actions.length, 0)
  const columns = {
    t: new Uint32Array(rows),
    s: new Uint32Array(rows),
    k: new BigUint64Array(rows),
    act: new Uint8Array(rows),
    rev: new Uint16Array(rows),
  }
  const counters = COUNTER_NAMES.map((name) => ({ name, values: new Float64Array(rows) }))
  let at = 0
  for (const { bucket, revision, actions } of buckets) {
    const end = at + actions.length
    columns.t.fill(bucket.start, at, end)
    columns.s.fill(bucket.seconds, at, end)
    columns.k.set(bucket.entries, at)
    columns.act.set(actions, at)
    columns.rev.fill(revision, at, end)
    for (const { name, values } of counters) values.set(bucket[name], at)
    at = end
  }
  const block = new NativeBlock(6 + counters.length, rows)
  block.addTexts(
    'cluster',
    buckets.map(({ bucket, actions }) => ({ text: bucket.cluster, rows: actions.length })),
  )
  block.add('t', "DateTime('UTC')", columns.t)
  block.add('s', 'UInt32', columns.s)
  block.add('k', 'UInt64', columns.k)
  block.add('act', 'UInt8', columns.act)
  block.add('rev', 'UInt16', columns.rev)
  for (const { name, values } of counters) block.addCounters(COUNTER_COLUMNS[name], values)
  return block.take()
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
