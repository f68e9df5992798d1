import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'

import { BlobDictionary } from './blob-dictionary.ts'
import { labelsCodec } from '../keys/blob-codecs.ts'

describe('a dictionary of blobs', () => {
  test('returns the value of each code, whether cached or not and in any order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(2_000), { maxLength: 60 }),
        (texts, asked) => {
          const labels = new BlobDictionary(labelsCodec)
          // More than the cache of decoded values holds.
          const all = Array.from({ length: 700 }, (_, i) => [`${texts[i % texts.length]!}${i}`])
          const codes = all.map((each) => labels.internValue(each))
          for (const place of [...asked, ...asked, ...codes.keys()]) {
            const i = place % all.length
            expect(labels.value(codes[i]!)).toEqual(all[i])
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  test('caches decoded values of short blobs, not those of long ones', () => {
    const decode = vi.fn((bytes: Uint8Array) => bytes.length)
    const blobs = new BlobDictionary<number>({ encode: (length) => new Uint8Array(length), decode })
    const [short, long] = [blobs.internValue(12), blobs.internValue(5_000)]
    expect([blobs.value(short), blobs.value(short), blobs.value(long), blobs.value(long)]).toEqual([
      12, 12, 5_000, 5_000,
    ])
    expect(decode).toHaveBeenCalledTimes(3)
  })
})
