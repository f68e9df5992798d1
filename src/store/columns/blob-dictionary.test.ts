import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'

import { BlobDictionary } from './blob-dictionary.ts'
import { labelsCodec } from '../keys/blob-codecs.ts'

describe('a dictionary of byte runs', () => {
  test('gives back what went in, however often and in whatever order it is asked', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(2_000), { maxLength: 60 }),
        (texts, asked) => {
          const labels = new BlobDictionary(labelsCodec)
          // More than it keeps decoded.
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

  test('decodes what is looked at again and again only once, and nothing long for keeps', () => {
    const decode = vi.fn((bytes: Uint8Array) => bytes.length)
    const runs = new BlobDictionary<number>({ encode: (length) => new Uint8Array(length), decode })
    const [short, long] = [runs.internValue(12), runs.internValue(5_000)]
    expect([runs.value(short), runs.value(short), runs.value(long), runs.value(long)]).toEqual([
      12, 12, 5_000, 5_000,
    ])
    expect(decode).toHaveBeenCalledTimes(3)
  })
})
