import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { HASHED_BYTES, hashOf, isSameContent, parseCaptureId, printCaptureId } from './capture-id.ts'

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

describe('the text of a capture in a link', () => {
  test('reads back as it was printed', () => {
    const ids = fc.record({
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
      size: fc.nat(2 ** 40),
      hash: fc.stringMatching(/^[0-9a-f]{16}$/),
    })
    fc.assert(
      fc.property(ids, (id) => {
        expect(parseCaptureId(printCaptureId(id))).toEqual(id)
      }),
    )
  })

  test.each(['', 'incident.jsonl', '12.abc.incident.jsonl', '-1.0123456789abcdef.a', '1.0123456789abcdef.'])(
    '%j is none',
    (text) => expect(parseCaptureId(text)).toBeNull(),
  )
})

test('a renamed file has the same content', () => {
  const id = { name: 'a.jsonl', size: 3, hash: '0123456789abcdef' }
  expect(isSameContent(id, { ...id, name: 'a (1).jsonl' })).toBe(true)
  expect(isSameContent(id, { ...id, size: 4 })).toBe(false)
  expect(isSameContent(id, { ...id, hash: 'fedcba9876543210' })).toBe(false)
})
