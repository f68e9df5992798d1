import { gzipSync } from 'node:zlib'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { anyCuts } from '../testing/arbitrary-messages.ts'
import { DamagedGzip, gunzip } from './gzip.ts'
import { line, readAll, whiskerRecord } from '../testing/samples.ts'

async function* chunked(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (const length of cuts) {
    yield bytes.subarray(at, at + length)
    at += length
  }
  yield bytes.subarray(at)
}

async function gunzipped(bytes: Uint8Array, cuts: readonly number[] = []): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of gunzip(chunked(bytes, cuts))) parts.push(part)
  return Buffer.concat(parts)
}

const capture = Array.from({ length: 3000 }, (_, number) => line(whiskerRecord(number))).join('')
const packed = gzipSync(capture)

describe('compressed captures', () => {
  test('are decompressed, in members one after another and in any chunks', async () => {
    const members = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(members, anyCuts, async (plain, cuts) => {
        const bytes = Buffer.concat(plain.map((part) => gzipSync(part)))
        expect(await gunzipped(bytes, cuts)).toEqual(Buffer.concat(plain))
      }),
    )
  })

  test('give the same flows as they would plain; bytes are counted as they lie on disk', async () => {
    const { flows, refused, bytesRead, batches } = await readAll(packed, [10, 1000])
    expect(flows).toEqual((await readAll(capture)).flows)
    expect(refused).toBe(0)
    expect(bytesRead).toBe(packed.length)
    expect(batches[0]?.bytesRead).toBeLessThanOrEqual(packed.length)
  })

  test('that were cut off give every record before the cut', async () => {
    const half = packed.subarray(0, packed.length / 2)
    const { flows, refusals } = await readAll(half)
    const plain = await gunzippedUntilDamage(half)
    expect(flows.length).toBe(plain.split('\n').length - 1)
    expect(flows.length).toBeGreaterThan(1000)
    expect(refusals.at(-1)?.reason).toMatch(/^The compressed data is damaged or cut off/)
  })

  test('that are damaged give what could be read before, and say so', async () => {
    const damaged = Uint8Array.from(packed)
    damaged.fill(0xff, packed.length / 2, packed.length / 2 + 40)
    const { flows, refusals } = await readAll(damaged)
    expect(flows.length).toBeGreaterThan(100)
    expect(refusals.at(-1)?.reason).toMatch(/^The compressed data is damaged or cut off/)
  })

  test('of no sense at all are refused', async () => {
    await expect(gunzipped(Uint8Array.of(0x1f, 0x8b, 1, 2, 3))).rejects.toThrow(DamagedGzip)
  })
})

async function gunzippedUntilDamage(bytes: Uint8Array): Promise<string> {
  const parts: Uint8Array[] = []
  try {
    for await (const part of gunzip(chunked(bytes, []))) parts.push(part)
  } catch (error) {
    expect(error).toBeInstanceOf(DamagedGzip)
  }
  return Buffer.concat(parts).toString()
}
