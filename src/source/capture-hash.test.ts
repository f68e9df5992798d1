import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { HASHED_BYTES, hashOf, idOfTogether } from './capture-hash.ts'
import { isSameContent, parseCaptureId, printCaptureId } from './capture-id.ts'

const FILE_SIZE = 3 * HASHED_BYTES

/** A file of zeros, but for one byte. */
function fileWith(position: number): Blob {
  const bytes = new Uint8Array(FILE_SIZE)
  bytes[position] = 1
  return new Blob([bytes])
}

describe('the hash of a file', () => {
  test('is another one when a byte at the start, at the end, or the size differs', async () => {
    const files = [
      new Blob([new Uint8Array(FILE_SIZE)]),
      fileWith(0),
      fileWith(HASHED_BYTES - 1),
      fileWith(FILE_SIZE - HASHED_BYTES),
      fileWith(FILE_SIZE - 1),
      new Blob([new Uint8Array(FILE_SIZE + 1)]),
    ]
    const hashes = await Promise.all(files.map(hashOf))
    expect(new Set(hashes).size).toBe(files.length)
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{16}$/)
  })

  test('is the same for the same bytes, and does not see the middle of a large file', async () => {
    expect(await hashOf(fileWith(0))).toBe(await hashOf(fileWith(0)))
    expect(await hashOf(fileWith(HASHED_BYTES))).toBe(await hashOf(new Blob([new Uint8Array(FILE_SIZE)])))
  })

  // Links hold it, so that another hash would break those that were copied before.
  test.each([
    ['', '6820942eb084766f'],
    ['abcde', '8d6db3a5aa75bfeb'],
  ])('of %j stays what it is', async (text, hash) => {
    expect(await hashOf(new Blob([text]))).toBe(hash)
  })
})

test('files that are opened together have one identity, which their order and names do not change', () => {
  const id = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    size: fc.nat(),
    hash: fc.stringMatching(/^[0-9a-f]{16}$/),
  })
  fc.assert(
    fc.property(fc.array(id, { minLength: 2, maxLength: 6 }), fc.nat(), (ids, turn) => {
      const turned = [...ids.slice(turn % ids.length), ...ids.slice(0, turn % ids.length)]
      const [first, ...others] = ids
      const [renamed, ...more] = turned.map((each) => ({ ...each, name: 'copy' }))
      const together = idOfTogether(first!, others)
      expect(isSameContent(together, idOfTogether(renamed!, more))).toBe(true)
      expect(parseCaptureId(printCaptureId(together))).toEqual(together)
      expect(isSameContent(together, idOfTogether(first!, others.slice(1)))).toBe(false)
    }),
  )
})
