/** The numbers of entries: what is read by them, and what by the values because they cannot be trusted. */
import * as fc from 'fast-check'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'

import type { Flow } from '../flows/flow.ts'
import { buildFlow } from '../flows/testing/build.ts'
import { EMPTY_HEADER } from './format/capture-header.ts'
import { promisesJson } from './parquet/entry-promises.ts'
import { rangeOfGroup } from './parquet/group-bytes.ts'
import { ENTRIES_ENTRY, ENTRY_COLUMN } from './parquet/parquet-columns.ts'
import { ParquetCaptureWriter } from './parquet-writer.ts'
import { crc32 } from './scan/crc32.ts'
import { anyFlow } from './testing/arbitrary-messages.ts'
import { readAll } from './testing/samples.ts'

/** In row groups of at most `records`. */
function ourFile(flows: readonly Flow[], records: number): Buffer {
  const writer = new ParquetCaptureWriter(records)
  const parts = [writer.header(EMPTY_HEADER), ...flows.map((flow) => writer.record(flow, null)), writer.end()]
  return Buffer.concat(parts)
}

/** The file without what its metadata says of the numbers, which then stand for nothing. */
function withoutPromises(file: Buffer): Buffer {
  const bytes = Buffer.from(file)
  bytes.write('flowtrace.nothing', bytes.lastIndexOf(ENTRIES_ENTRY))
  return bytes
}

/** Of a few keys, so that most are repeated. */
const manyFlows = fc
  .tuple(
    fc.array(anyFlow, { minLength: 1, maxLength: 6 }),
    fc.array(fc.nat(5), { minLength: 1, maxLength: 80 }),
  )
  .map(([flows, choices]) =>
    choices.map((choice, i): Flow => ({ ...flows[choice % flows.length]!, packetsIn: i })),
  )

interface Forged {
  readonly names: readonly string[]
  readonly numbers: readonly number[]
}

/** A file of row groups with any numbers of entries. `promiseOf` may say anything else of them than what is true. */
function forgedFile(
  groups: readonly Forged[],
  promiseOf = (first: number, checksum: number): readonly [number, number] => [first, checksum],
): Buffer {
  const bytes = new ByteWriter()
  const file = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: 'flows', num_children: 2 },
      { name: 'source_name', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: ENTRY_COLUMN, type: 'INT32', repetition_type: 'REQUIRED' },
    ],
  })
  const firsts: number[] = []
  let first = 0
  for (const { names, numbers } of groups) {
    void file.write({
      columnData: [
        { name: 'source_name', data: [...names] },
        { name: ENTRY_COLUMN, data: [...numbers] },
      ],
      rowGroupSize: names.length,
    })
    firsts.push(first)
    first = Math.max(first, ...numbers.map((number) => number + 1))
  }
  const promises = file.row_groups.map((group, i) => {
    const [from, to] = rangeOfGroup(group)
    const [promised, checksum] = promiseOf(firsts[i]!, crc32(bytes.getBytes().slice(from, to)))
    return { first: promised, checksum }
  })
  file.kvMetadata = [{ key: ENTRIES_ENTRY, value: promisesJson(promises) }]
  void file.finish()
  return Buffer.from(bytes.getBytes())
}

async function namesIn(file: Buffer): Promise<readonly string[]> {
  const { flows, refusals } = await readAll(file)
  expect(refusals).toEqual([])
  return flows.map(({ key }) => key.sourceName)
}

describe('a capture of ours in Parquet', () => {
  test('is read by its numbers as by its values', async () => {
    await fc.assert(
      fc.asyncProperty(manyFlows, async (flows) => {
        const file = ourFile(flows, 10)
        const byNumber = await readAll(file)
        expect(byNumber.refusals).toEqual([])
        expect(byNumber.flows).toEqual(flows)
        expect((await readAll(withoutPromises(file))).flows).toEqual(flows)
      }),
      { numRuns: 60 },
    )
  })

  test('that was changed in one row group is read by its values there, and by its numbers behind it', async () => {
    const flows = Array.from({ length: 30 }, (_, i) => buildFlow({ destName: i < 15 ? 'api' : 'web' }))
    const file = ourFile(flows, 10)
    // A text of the first group, as a program that keeps the metadata would change it.
    file.write('app', file.indexOf('api'))
    const { flows: read, refusals } = await readAll(file)
    expect(refusals).toEqual([])
    const names = read.map(({ key }) => key.destName)
    expect(names.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'app'))
    expect(names.slice(10)).toEqual(flows.slice(10).map(({ key }) => key.destName))
  })
})

describe('numbers of entries', () => {
  const honest: readonly Forged[] = [
    { names: ['a', 'b', 'a'], numbers: [0, 1, 0] },
    { names: ['b', 'c', 'a'], numbers: [1, 2, 0] },
    { names: ['c', 'c', 'c'], numbers: [2, 2, 2] },
  ]
  const names = honest.flatMap((group) => group.names)
  /** Tells which way a group is read: its rows have the name of the entry's first one. */
  const lying = [...honest.slice(0, 2), { names: ['x', 'y', 'z'], numbers: [2, 2, 2] }]

  test('are what a group is read by whose bytes are those that were written', async () => {
    expect(await namesIn(forgedFile(honest))).toEqual(names)
    expect(await namesIn(forgedFile(lying))).toEqual(names)
  })

  test.each<readonly [string, (first: number, checksum: number) => readonly [number, number]]>([
    ['with a checksum of other bytes', (first, checksum) => [first, checksum ^ 1]],
    ['of fewer entries than there are', (first, checksum) => [Math.min(first, 1), checksum]],
    ['that are no numbers', (first, checksum) => [first - 0.5, checksum]],
    ['of more entries than records before', (first, checksum) => [first + 7, checksum]],
  ])('%s are not used', async (_, promiseOf) => {
    expect(await namesIn(forgedFile(lying, promiseOf))).toEqual([...names.slice(0, 6), 'x', 'y', 'z'])
  })

  test('are not used where the next group begins with another number', async () => {
    const groups = [honest[0]!, { names: ['q', 'c', 'a'], numbers: [1, 2, 0] }, honest[2]!]
    expect(await namesIn(forgedFile(groups))).toEqual(names)
    const file = forgedFile(groups, (first, checksum) => [first > 2 ? first + 1 : first, checksum])
    expect(await namesIn(file)).toEqual(['a', 'b', 'a', 'q', 'c', 'a', 'c', 'c', 'c'])
  })

  test.each<readonly [string, readonly number[]]>([
    ['that are not dense', [4, 3, 2]],
    ['beyond those that there are', [2, 2, 2 ** 31 - 1]],
    ['below zero', [2, -1, 2]],
  ])('%s are not used', async (_, numbers) => {
    const file = forgedFile([...honest.slice(0, 2), { names: ['x', 'y', 'z'], numbers }])
    expect(await namesIn(file)).toEqual([...names.slice(0, 6), 'x', 'y', 'z'])
  })

  test('of any kind neither throw nor lose a record', async () => {
    const group = fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: -1, max: 4 })), {
        minLength: 1,
        maxLength: 8,
      })
      .map((rows): Forged => ({
        names: rows.map(([name]) => name),
        numbers: rows.map(([, number]) => number),
      }))
    await fc.assert(
      fc.asyncProperty(fc.array(group, { minLength: 1, maxLength: 4 }), async (groups) => {
        const read = await namesIn(forgedFile(groups))
        const written = groups.flatMap((each) => each.names)
        expect(read).toHaveLength(written.length)
        const numbers = groups.flatMap((each) => each.numbers)
        const isHonest = numbers.every((number, row) => written[numbers.indexOf(number)] === written[row])
        if (isHonest) expect(read).toEqual(written)
      }),
      { numRuns: 200 },
    )
  })
})
