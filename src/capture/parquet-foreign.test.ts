/** Parquet of other programs with structs: damage and bounds. What it says is tested with DuckDB, which writes it. */
import * as fc from 'fast-check'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { expect, test } from 'vitest'

import { readAll } from './testing/samples.ts'

const ROWS = 40

/** NetObserv's flows, in row groups of 20, with structs beside them. */
function foreignFile(): Buffer {
  const bytes = new ByteWriter()
  const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' } as const
  const file = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: 'flows', num_children: 6 },
      { name: 'SrcK8S_Name', ...text },
      { name: 'TimeFlowEndMs', type: 'INT64', repetition_type: 'OPTIONAL' },
      { name: 'other', repetition_type: 'OPTIONAL', num_children: 2 },
      { name: 'DstAddr', ...text },
      { name: 'inner', repetition_type: 'OPTIONAL', num_children: 1 },
      { name: 'number', type: 'INT32', repetition_type: 'OPTIONAL' },
      { name: 'SrcAddr', ...text },
      { name: 'DstAddr', ...text },
      { name: 'Proto', type: 'INT32', repetition_type: 'OPTIONAL' },
    ],
  })
  for (let from = 0; from < ROWS; from += 20) {
    const rows = Array.from({ length: 20 }, (_, i) => from + i)
    void file.write({
      columnData: [
        { name: 'SrcK8S_Name', data: rows.map((row) => (row % 3 === 0 ? null : `web-${row}`)) },
        { name: 'TimeFlowEndMs', data: rows.map((row) => 1_793_613_618_000n + BigInt(row)) },
        {
          name: 'other',
          data: rows.map((row) => (row % 4 === 0 ? null : { DstAddr: '10.0.0.1', inner: { number: row } })),
        },
        { name: 'SrcAddr', data: rows.map((row) => `10.0.0.${row + 1}`) },
        { name: 'DstAddr', data: rows.map(() => '10.1.0.1') },
        { name: 'Proto', data: rows.map(() => 6) },
      ],
      rowGroupSize: 20,
    })
  }
  void file.finish()
  return Buffer.from(bytes.getBytes())
}

test('structs beside the columns of a record are no fault', async () => {
  const { flows, refusals, format } = await readAll(foreignFile())
  expect(refusals).toEqual([])
  expect(format).toBe('Flows of the Network Observability operator')
  expect(flows.map(({ key }) => key.sourceName)).toEqual(
    Array.from({ length: ROWS }, (_, row) => (row % 3 === 0 ? `10.0.0.${row + 1}` : `web-${row}`)),
  )
})

test('a damaged row group costs no other one', async () => {
  const file = foreignFile()
  file.fill(0xff, 8, 30)
  const { flows, refusals } = await readAll(file)
  expect(flows).toHaveLength(20)
  expect(refusals.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^Row group 1 \(records 1 to 20\) cannot be read: /),
  ])
})

test('damage anywhere throws nothing at the reader', async () => {
  const whole = foreignFile()
  const edit = fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }))
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
      const bytes = Buffer.from(whole)
      for (const [at, byte] of edits) bytes[at] = byte
      const { flows } = await readAll(bytes)
      expect(flows.length).toBeLessThanOrEqual(ROWS)
    }),
    { numRuns: 400 },
  )
})

test('a long text that is repeated in a list ends its group, not the reader', async () => {
  const bytes = new ByteWriter()
  const times = 30_000
  const file = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: 'flows', num_children: 4 },
      { name: 'SrcAddr', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: 'DstAddr', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: 'Proto', type: 'INT32', repetition_type: 'REQUIRED' },
      { name: 'long', repetition_type: 'REQUIRED', converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    ],
  })
  const long = 'x'.repeat(20_000)
  void file.write({
    columnData: [
      { name: 'SrcAddr', data: ['10.0.0.1', '10.0.0.2'] },
      { name: 'DstAddr', data: ['10.1.0.1', '10.1.0.1'] },
      { name: 'Proto', data: [6, 6] },
      { name: 'long', data: [[], Array.from({ length: times }, () => long)] },
    ],
    rowGroupSize: 2,
  })
  void file.finish()
  const { flows, refusals } = await readAll(Buffer.from(bytes.getBytes()))
  expect(flows).toHaveLength(1)
  expect(refusals.map(({ reason }) => reason)).toEqual([
    'Row group 1 is larger than 537 MB as JSON, and the rest of it is left out',
  ])
})
