import type { RowGroup } from 'hyparquet'
import { expect, test } from 'vitest'

import { GroupBytes } from './group-bytes.ts'

const FILE = Uint8Array.from({ length: 100 }, (_, i) => i)

function fileOf(bytes: Uint8Array) {
  const reads: string[] = []
  const file = {
    size: FILE.length,
    read: async (from: number, to: number) => {
      reads.push(`${from}-${to}`)
      return bytes.slice(from, to)
    },
  }
  return { file, reads }
}

/** A group of columns, each as the place of its dictionary, of its data, and its bytes in all. */
function group(...columns: readonly (readonly [dictionary: number | null, data: number, bytes: number])[]) {
  const metas = columns.map(([dictionary, data, bytes]) => ({
    meta_data: {
      data_page_offset: BigInt(data),
      ...(dictionary === null ? {} : { dictionary_page_offset: BigInt(dictionary) }),
      total_compressed_size: BigInt(bytes),
    },
  }))
  return { columns: metas } as unknown as RowGroup // all that is read of it
}

test('a group is read at once, and the next one while this one is used', async () => {
  const { file, reads } = fileOf(FILE)
  const groups = [group([4, 10, 20], [null, 24, 6]), group([30, 35, 20], [0, 50, 10])]
  const bytes = new GroupBytes(file, groups)
  const first = await bytes.ofGroup(0)
  expect(reads).toEqual(['4-30', '30-60'])
  expect([...(await first.read(24, 30))]).toEqual([24, 25, 26, 27, 28, 29])
  const second = await bytes.ofGroup(1)
  expect([...(await second.read(50, 53))]).toEqual([50, 51, 52])
  expect(reads.length).toBe(2)
  expect((await second.read(0, 2)).length, 'beyond the group').toBe(2)
  expect(reads).toEqual(['4-30', '30-60', '0-2'])
})

test('a group whose table of contents is damaged is left to the reader of columns', async () => {
  const { file, reads } = fileOf(FILE)
  const bytes = new GroupBytes(file, [group([null, 90, 20]), group([null, 10, 5])])
  const first = await bytes.ofGroup(0)
  expect(first).toBe(file)
  expect(reads).toEqual(['10-15'])
  expect([...(await (await bytes.ofGroup(1)).read(10, 15))]).toEqual([10, 11, 12, 13, 14])
  expect(reads.length).toBe(1)
})

test('a file that has become shorter gives what it has', async () => {
  const { file } = fileOf(FILE.subarray(0, 12))
  const first = await new GroupBytes(file, [group([null, 10, 5])]).ofGroup(0)
  expect([...(await first.read(10, 15))]).toEqual([10, 11])
})
