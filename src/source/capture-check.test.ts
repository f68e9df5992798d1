import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

import { writeFlow } from '../capture/write.ts'
import { buildFlow } from '../flows/testing/build.ts'
import { checkCapture } from './capture-check.ts'
import { hashOf } from './capture-hash.ts'

const never = new AbortController().signal
const LINES = [buildFlow(), buildFlow({ destNamespace: 'shop' })].map((flow) => writeFlow(flow)).join('\n')

function check(content: BlobPart, name = 'incident.ndjson') {
  return checkCapture(new File([content], name), never)
}

test.each([
  ['JSON lines', LINES],
  ['gzip', new Uint8Array(gzipSync(LINES))],
  ['records after lines that are none', `dear diary\n{"oops\n${LINES}`],
])('%s are a capture, named by its name, size and hash', async (_what, content) => {
  const file = new File([content], 'incident.ndjson')
  expect(await checkCapture(file, never)).toEqual({
    ok: true,
    id: { name: 'incident.ndjson', size: file.size, hash: await hashOf(file) },
  })
})

test('an empty file is said to be empty', async () => {
  expect(await check('')).toEqual({ ok: false, say: 'The file is empty.', reasons: [], refused: 0 })
})

test('a file that is no capture is refused with its first reasons and the number of all', async () => {
  const refused = await check('{"a\n{"b\n{"c\n{"d\n{"e\n', 'holiday.txt')
  expect(refused).toMatchObject({ ok: false, refused: expect.any(Number) })
  if (refused.ok) return
  expect(refused.say).toBe('The file was read to its end, and there is no flow record in it.')
  expect(refused.reasons.length).toBe(5)
  expect(refused.reasons[0]?.line).toBe(1)
  expect(refused.refused).toBeGreaterThanOrEqual(refused.reasons.length)
})

test('no more than the first 16 MB are searched for a record', async () => {
  const filler = `${' '.repeat(1023)}\n`.repeat(21 * 1024)
  const file = new File([filler, LINES], 'blank.ndjson')
  expect(await checkCapture(file, never)).toMatchObject({
    ok: false,
    say: 'There is no flow record in its first 16.8 MB.',
  })
})

test('a file that cannot be read any more is refused in a sentence', async () => {
  const file = new File(['x'], 'gone.ndjson')
  file.slice = () => {
    throw new DOMException('gone', 'NotReadableError')
  }
  const refused = await checkCapture(file, never)
  expect(refused).toMatchObject({ ok: false, reasons: [] })
  if (!refused.ok) expect(refused.say).toMatch(/file/)
})

test('an aborted check rejects with the reason', async () => {
  const abort = new AbortController()
  abort.abort(new Error('another file'))
  await expect(checkCapture(new File([LINES], 'a'), abort.signal)).rejects.toThrow('another file')
})
