import { constants, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { line, readAll, whiskerRecord } from '../testing/samples.ts'
import { crc32 } from './crc32.ts'
import { gunzip } from './gzip.ts'

async function* chunked(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (const length of cuts) {
    yield bytes.subarray(at, at + length)
    at += length
  }
  yield bytes.subarray(at)
}

const LIMITS = { heldBytes: 2 ** 20, ratioAppliesFrom: 2 ** 30, ratio: 400, plainBytes: 2 ** 40 }

/** All plain bytes, those before the first loss, and the losses. */
async function gunzipped(bytes: Uint8Array, cuts: readonly number[] = [], limits = LIMITS) {
  const parts: Uint8Array[] = []
  const losses: string[] = []
  let beforeLoss: Buffer | undefined
  const onLoss = (sentence: string) => {
    beforeLoss ??= Buffer.concat(parts)
    losses.push(sentence)
  }
  for await (const part of gunzip(chunked(bytes, cuts), onLoss, limits)) parts.push(part)
  const plain = Buffer.concat(parts)
  return { plain, beforeLoss: beforeLoss ?? plain, losses }
}

/** What zlib gives of the first bytes; undefined when it meets an error in them. */
function zlibOfFirst(bytes: Uint8Array, length: number): Buffer | undefined {
  try {
    return gunzipSync(bytes.subarray(0, length), { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return undefined
  }
}

/** All bytes that zlib gives before its error. Zlib drops what it has ready at an error, so it is asked up to the error. */
function zlibUntilDamage(bytes: Uint8Array): Buffer {
  let [readable, unreadable] = [0, bytes.length + 1]
  while (unreadable - readable > 1) {
    const middle = Math.floor((readable + unreadable) / 2)
    if (zlibOfFirst(bytes, middle) === undefined) unreadable = middle
    else readable = middle
  }
  return zlibOfFirst(bytes, readable) ?? Buffer.alloc(0)
}

/** A byte holds at most eight symbols, each a copy of at most 258 bytes: so much more than byte by byte can be read. */
const MAX_BYTES_OF_LAST_BYTE = 8 * 258

/** Plain data that deflate has reason to compress with copies, with few codes, and not at all. */
const anyPlain = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc
    .array(fc.constantFrom('ab', 'abc', '{"a":1}', '\n', 'x'.repeat(300)), { maxLength: 80 })
    .map((words) => Buffer.from(words.join(''))),
  fc
    .nat({ max: 40 })
    .map((count) => Buffer.from(Array.from({ length: count }, (_, i) => line(whiskerRecord(i))).join(''))),
)

/** Few chunks, because the platform takes a turn of the event loop for each. */
const anyCuts = fc.array(fc.oneof(fc.constantFrom(1, 2, 3), fc.integer({ min: 1, max: 400 })), {
  maxLength: 6,
})

/** A member with the optional fields of a header. */
const anyMember = fc
  .record({
    plain: anyPlain,
    level: fc.constantFrom(0, 1, 9),
    strategy: fc.constantFrom(constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY),
    extra: fc.option(fc.uint8Array({ maxLength: 30 }), { nil: undefined }),
    name: fc.option(fc.string({ unit: 'grapheme-ascii', maxLength: 20 }), { nil: undefined }),
    comment: fc.option(fc.string({ unit: 'grapheme-ascii', maxLength: 20 }), { nil: undefined }),
    hasHeaderSum: fc.boolean(),
  })
  .map(({ plain, level, strategy, extra, name, comment, hasHeaderSum }) => {
    const flags =
      (hasHeaderSum ? 2 : 0) |
      (extra ? 4 : 0) |
      (name === undefined ? 0 : 8) |
      (comment === undefined ? 0 : 16)
    const header = Buffer.concat([
      Buffer.of(0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255),
      ...(extra === undefined ? [] : [Buffer.of(extra.length, 0), extra]),
      ...(name === undefined ? [] : [Buffer.from(`${name}\0`)]),
      ...(comment === undefined ? [] : [Buffer.from(`${comment}\0`)]),
    ])
    const headerSum = crc32(header) & 0xffff
    const trailer = Buffer.alloc(8)
    trailer.writeUInt32LE(crc32(plain))
    trailer.writeUInt32LE(plain.length, 4)
    const packed = Buffer.concat([
      header,
      ...(hasHeaderSum ? [Buffer.of(headerSum & 0xff, headerSum >> 8)] : []),
      deflateRawSync(plain, { level, strategy }),
      trailer,
    ])
    return { plain: Buffer.from(plain), packed }
  })

const anyMembers = fc.array(anyMember, { minLength: 1, maxLength: 3 })

type Edit = (bytes: Buffer) => Buffer

/** Bits flipped, bytes inserted, removed, or replaced, at a place given as a share of the length. */
const anyEdit: fc.Arbitrary<Edit> = fc
  .record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    kind: fc.constantFrom('flip', 'insert', 'remove', 'replace', 'cut'),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
    bit: fc.nat({ max: 7 }),
  })
  .map(({ at: share, kind, bytes, bit }) => (whole) => {
    // The first two bytes say that it is gzip.
    const at = 2 + Math.floor(share * (whole.length - 2))
    const [before, after] = [whole.subarray(0, at), whole.subarray(at)]
    if (kind === 'cut') return before
    if (kind === 'insert') return Buffer.concat([before, bytes, after])
    if (kind === 'remove') return Buffer.concat([before, after.subarray(bytes.length)])
    const changed = Buffer.from(whole)
    if (kind === 'replace') changed.set(bytes.subarray(0, whole.length - at), at)
    else if (at < whole.length) changed[at] = (changed[at] ?? 0) ^ (1 << bit)
    return changed
  })

describe('compressed data', () => {
  test('is decompressed, in members one after another and in any chunks', async () => {
    await fc.assert(
      fc.asyncProperty(anyMembers, anyCuts, async (members, cuts) => {
        const bytes = Buffer.concat(members.map(({ packed }) => packed))
        const { plain, losses } = await gunzipped(bytes, cuts)
        expect(plain.equals(Buffer.concat(members.map((member) => member.plain)))).toBe(true)
        expect(losses).toEqual([])
      }),
    )
  })

  test('that is damaged gives every byte that zlib gives, whatever the damage and the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyMembers,
        fc.array(anyEdit, { minLength: 1, maxLength: 3 }),
        anyCuts,
        async (members, edits, cuts) => {
          const whole = Buffer.concat(members.map(({ packed }) => packed))
          const bytes = edits.reduce<Buffer>((edited, edit) => edit(edited), whole)
          const expected = zlibUntilDamage(bytes)
          const { plain, beforeLoss, losses } = await gunzipped(bytes, cuts)
          expect(plain.subarray(0, expected.length).equals(expected)).toBe(true)
          if (beforeLoss.length < expected.length) expect(losses).not.toEqual([])
          const other = await gunzipped(bytes, [1, 100])
          expect(other.plain.equals(plain)).toBe(true)
          expect(other.losses).toEqual(losses)
          // Our own inflate then follows the platform's from the beginning.
          const holdingLittle = await gunzipped(bytes, cuts, { ...LIMITS, heldBytes: 40 })
          expect(holdingLittle.plain.subarray(0, expected.length).equals(expected)).toBe(true)
        },
      ),
      { numRuns: 150 },
    )
  })

  test('that is damaged gives nothing before its first loss is told but what zlib gives', async () => {
    await fc.assert(
      fc.asyncProperty(anyMember, anyEdit, async ({ packed }, edit) => {
        const bytes = edit(packed)
        const expected = zlibUntilDamage(bytes)
        const { beforeLoss, losses } = await gunzipped(bytes)
        const isHeaderSumWrong = losses.length === 0
        if (isHeaderSumWrong) return
        expect(beforeLoss.length - expected.length).toBeLessThanOrEqual(MAX_BYTES_OF_LAST_BYTE)
      }),
      { numRuns: 150 },
    )
  })

  test('that is damaged in one member gives every other member', async () => {
    await fc.assert(
      fc.asyncProperty(anyMember, anyEdit, anyMember, anyCuts, async (damaged, edit, whole, cuts) => {
        const { plain } = await gunzipped(Buffer.concat([edit(damaged.packed), whole.packed]), cuts)
        expect(plain.subarray(plain.length - whole.plain.length).equals(whole.plain)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})

const capture = Array.from({ length: 3000 }, (_, number) => line(whiskerRecord(number))).join('')
const packed = gzipSync(capture)

function flipped(bytes: Uint8Array, at: number): Buffer {
  const changed = Buffer.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}

describe('a compressed capture', () => {
  test('gives the same flows as it would plain; bytes are counted as they lie on disk', async () => {
    const { flows, refused, bytesRead, batches } = await readAll(packed, [10, 1000])
    expect(flows).toEqual((await readAll(capture)).flows)
    expect(refused).toBe(0)
    expect(bytesRead).toBe(packed.length)
    expect(batches[0]?.bytesRead).toBeLessThanOrEqual(packed.length)
  })

  test.each([
    [
      'a flipped bit in its checksum',
      flipped(packed, packed.length - 7),
      /^The compressed data is not what was written/,
    ],
    [
      'a flipped bit in its length',
      flipped(packed, packed.length - 2),
      /^The compressed data is not what was written/,
    ],
    [
      'text behind it',
      Buffer.concat([packed, Buffer.from('garbage')]),
      /^7 bytes from byte [\d,]+ of the file on are not/,
    ],
    [
      'a cut in its trailer',
      packed.subarray(0, -3),
      /^The compressed data is damaged or cut off: the file ends/,
    ],
  ])('with %s gives all records, and one refusal', async (_name, bytes, reason) => {
    const { flows, refusals, refused } = await readAll(bytes)
    expect(flows.length).toBe(3000)
    expect(refusals).toMatchObject([{ line: null, reason: expect.stringMatching(reason) }])
    expect(refused).toBe(1)
  })

  test('padded with zeros, as tapes are, is whole', async () => {
    const padded = Buffer.concat([packed, Buffer.alloc(700), packed, Buffer.alloc(300)])
    const { flows, refused } = await readAll(padded)
    expect([flows.length, refused]).toEqual([6000, 0])
  })

  test('that was cut off gives every record before the cut', async () => {
    const half = packed.subarray(0, packed.length / 2)
    const { flows, refusals } = await readAll(half)
    expect(flows.length).toBe(zlibUntilDamage(half).toString().split('\n').length - 1)
    expect(flows.length).toBeGreaterThan(1000)
    expect(refusals.map(({ reason }) => reason)).toEqual([
      'The compressed data is damaged or cut off: the file ends in the middle of it',
      expect.stringMatching(/^The file was cut off in the middle of a record/),
    ])
  })

  test('that is damaged in one member loses no whole record before the damage, and none of the next member', async () => {
    const damaged = Buffer.from(packed)
    damaged.fill(0xff, 17_000, 17_040)
    const { flows, refusals } = await readAll(Buffer.concat([damaged, packed]))
    expect(flows.length).toBeGreaterThan(4000)
    expect(flows.slice(-3000)).toEqual((await readAll(capture)).flows)
    expect(refusals.some(({ reason }) => reason.startsWith('The compressed data is'))).toBe(true)
  })

  test('with a header that makes no sense is refused', async () => {
    expect(await readAll(Uint8Array.of(0x1f, 0x8b, 1, 2, 3))).toMatchObject({
      flows: [],
      refusals: [
        {
          reason:
            'The compressed data is damaged or cut off (unknown method, at byte 1 of the file). The rest cannot be read',
        },
      ],
    })
  })
})

describe('a gzip bomb', () => {
  const bomb = gzipSync(Buffer.alloc(10_000_000))

  test('is read until it has expanded too far, and refused', async () => {
    const limits = { ...LIMITS, ratioAppliesFrom: 1_000_000, ratio: 50 }
    const { plain, losses } = await gunzipped(bomb, [], limits)
    expect(plain.length).toBeLessThan(2_000_000)
    expect(losses).toEqual([
      expect.stringMatching(/^The compressed data is too dense or too long for a capture: /),
    ])
  })

  test('of little density is refused at its length', async () => {
    const { plain, losses } = await gunzipped(packed, [], { ...LIMITS, plainBytes: 1_000_000 })
    expect(plain.length).toBeLessThan(1_200_000)
    expect(losses).toHaveLength(1)
  })
})

test('no byte is given twice, however late the platform is with members that it reads again', async () => {
  const lines = Array.from({ length: 4000 }, (_, number) => line(whiskerRecord(number))).join('')
  const members = [lines.slice(0, 6909), lines.slice(2882, 87_786), lines.slice(0, 731_082)]
  const bytes = new Uint8Array(
    Buffer.concat(members.map((text, i) => gzipSync(text, { level: i === 1 ? 1 : 0 }))),
  )
  // In the last member.
  const at = bytes.length - 181
  bytes[at] = (bytes[at] ?? 0) ^ 0x10
  const cuts = Array.from({ length: 11 }, () => 64 * 1024)
  // When the platform's last output comes depends on its thread.
  for (let round = 0; round < 30; round++)
    expect((await gunzipped(bytes, cuts)).plain.length).toBe(members.join('').length)
})
