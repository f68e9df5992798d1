import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { line, readAll, whiskerRecord } from '../testing/samples.ts'
import { COMPRESSED_LINES, type HandMadeBlock, ZSTD_LINES, zstdFrame } from '../testing/zstd-samples.ts'
import { Xxh64 } from './xxh64.ts'
import { unzstd } from './zstd.ts'

const LIMITS = { ratioAppliesFrom: 2 ** 30, ratio: 1000, plainBytes: 2 ** 40 }
const SKIPPABLE = Buffer.of(0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3)

async function* chunked(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (const length of cuts) {
    yield bytes.subarray(at, at + length)
    at += length
  }
  yield bytes.subarray(at)
}

async function decompressed(bytes: Uint8Array, cuts: readonly number[] = [], limits = LIMITS) {
  const parts: Uint8Array[] = []
  const losses: string[] = []
  for await (const part of unzstd(chunked(bytes, cuts), (sentence) => losses.push(sentence), limits))
    parts.push(part)
  return { plain: Buffer.concat(parts), losses }
}

const text = (value: string): HandMadeBlock => ({ is: 'raw', bytes: Buffer.from(value) })

const anyBlock: fc.Arbitrary<HandMadeBlock> = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => ({ is: 'raw' as const, bytes })),
  fc.record({
    is: fc.constant('run' as const),
    byte: fc.nat({ max: 255 }),
    length: fc.integer({ min: 1, max: 2000 }),
  }),
)
const anyFrame = fc.array(anyBlock, { minLength: 1, maxLength: 5 })
const anyCuts = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 })

function plainOf(blocks: readonly HandMadeBlock[]): Buffer {
  return Buffer.concat(
    blocks.map((block) => (block.is === 'raw' ? block.bytes : Buffer.alloc(block.length, block.byte))),
  )
}

describe('zstd data', () => {
  test('is decompressed in any chunks', async () => {
    await fc.assert(
      fc.asyncProperty(anyCuts, async (cuts) => {
        const { plain, losses } = await decompressed(COMPRESSED_LINES, cuts)
        expect(plain.toString() === ZSTD_LINES).toBe(true)
        expect(losses).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  test('is decompressed in several frames, of which some are skipped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFrame, { minLength: 1, maxLength: 4 }), anyCuts, async (frames, cuts) => {
        const bytes = Buffer.concat(frames.flatMap((blocks) => [zstdFrame(blocks), SKIPPABLE]))
        const { plain, losses } = await decompressed(bytes, cuts)
        expect(plain.equals(Buffer.concat(frames.map(plainOf)))).toBe(true)
        expect(losses).toEqual([])
      }),
    )
  })

  test('cut short gives what stands before the cut, and says so', async () => {
    const { plain, losses } = await decompressed(COMPRESSED_LINES.subarray(0, -600))
    expect(plain.length).toBeGreaterThan(100_000)
    expect(ZSTD_LINES.startsWith(plain.toString())).toBe(true)
    expect(losses).toEqual([expect.stringMatching(/unexpected end, at byte [\d,]+ of the file/)])
  })

  test('never gives anything but the beginning of what was compressed, wherever it is cut', async () => {
    const frame = zstdFrame([text('one\n'), { is: 'run', byte: 0x61, length: 500 }, text('two\n')])
    const plain = plainOf([text('one\n'), { is: 'run', byte: 0x61, length: 500 }, text('two\n')]).toString()
    for (let length = 0; length < frame.length; length++) {
      const cut = await decompressed(frame.subarray(0, length))
      expect(plain.startsWith(cut.plain.toString())).toBe(true)
      expect(cut.losses).toHaveLength(1)
    }
  })

  test('with a wrong checksum is read whole, and says so', async () => {
    const changed = Buffer.from(COMPRESSED_LINES)
    changed[changed.length - 1] = 0xff ^ (changed.at(-1) ?? 0)
    const { plain, losses } = await decompressed(changed)
    expect(plain.toString()).toBe(ZSTD_LINES)
    expect(losses).toEqual([expect.stringContaining('its checksum is wrong. All of it was read')])
  })

  test('damaged in one frame costs no other frame', async () => {
    const damaged = Buffer.from(COMPRESSED_LINES)
    damaged.fill(0xff, 1000, 1040)
    const { plain, losses } = await decompressed(Buffer.concat([damaged, COMPRESSED_LINES]))
    expect(plain.toString().endsWith(`\n${ZSTD_LINES}`)).toBe(true)
    expect(losses).toEqual([expect.stringMatching(/^The compressed data is damaged or cut off .* skipped$/)])
  })

  test('is never thrown at its reader, whatever is damaged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 }), async (place, bytes) => {
        const changed = Buffer.from(COMPRESSED_LINES)
        changed.set(bytes, 4 + (place % (changed.length - 12)))
        const { plain, losses } = await decompressed(changed)
        if (losses.length === 0) expect(plain.toString()).toBe(ZSTD_LINES)
      }),
    )
  })

  test('that needs too large a window is refused before it is allocated', async () => {
    const { losses } = await decompressed(zstdFrame([text('a')], 30))
    expect(losses).toEqual([expect.stringContaining('its window is larger than 128 MiB')])
  })

  test('that expands too far is refused at its limit', async () => {
    const bomb = zstdFrame(
      Array.from({ length: 100 }, () => ({ is: 'run', byte: 0x20, length: 100_000 }) as const),
    )
    const limits = { ...LIMITS, ratioAppliesFrom: 1_000_000, ratio: 50 }
    const { plain, losses } = await decompressed(bomb, [], limits)
    expect(plain.length).toBeLessThan(1_200_000)
    expect(losses).toEqual([expect.stringMatching(/^The compressed data is too dense or too long/)])
  })
})

describe('a capture compressed with zstd', () => {
  test('gives its records', async () => {
    expect((await readAll(COMPRESSED_LINES)).flows).toEqual((await readAll(ZSTD_LINES)).flows)
  })

  test('loses no whole record before a damage', async () => {
    const damaged = Buffer.concat([
      zstdFrame([text(line(whiskerRecord(1)) + line(whiskerRecord(2)))]),
      Buffer.from('garbage'),
      zstdFrame([text(line(whiskerRecord(3)))]),
    ])
    const { flows, refusals } = await readAll(damaged)
    expect(flows.map(({ key }) => key.destName)).toEqual(['api-1-*', 'api-2-*', 'api-3-*'])
    expect(refusals.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^The compressed data is damaged .*not a frame.* 7 bytes were skipped$/),
    ])
  })
})

test('the checksum does not depend on how the bytes are cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 200 }), (bytes, cut) => {
      const [whole, cutUp] = [new Xxh64(), new Xxh64()]
      whole.update(bytes)
      cutUp.update(bytes.subarray(0, cut))
      cutUp.update(bytes.subarray(cut))
      expect(cutUp.lowHalf()).toBe(whole.lowHalf())
    }),
  )
})
