import { expect, test } from 'vitest'

import type { Flow } from '../flows/flow.ts'
import { line, whiskerRecord } from '../capture/testing/samples.ts'
import { checkCapture } from './capture-check.ts'
import { openCapture } from './capture-file.ts'

const never = new AbortController().signal
const linesOf = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => line(whiskerRecord(from + i))).join('')

/** Counts how often parts of it are asked for. */
class CountedFile extends File {
  slices = 0
  override slice(...range: Parameters<File['slice']>): Blob {
    this.slices++
    return super.slice(...range)
  }
}

const fileOf = (text: string) => new CountedFile([text], 'a.jsonl', { lastModified: 1 })

async function flowsOf(file: File, signal = never): Promise<readonly Flow[]> {
  const flows: Flow[] = []
  const { batches, total } = await openCapture({ kind: 'file', file }, signal)
  expect(total).toBe(file.size)
  for await (const batch of batches) flows.push(...batch.flows)
  return flows
}

test('an opening goes on with the reading of the check, and gives all from the beginning', async () => {
  const text = `no record\n${linesOf(0, 300)}`
  const unchecked = await flowsOf(fileOf(text))
  expect(unchecked).toHaveLength(300)
  const file = fileOf(text)
  const copy = fileOf(text)
  expect(await checkCapture(file, never)).toMatchObject({ ok: true })
  expect(await flowsOf(copy)).toEqual(unchecked)
  // The copy is hashed alone; its records are those of the file that was checked.
  expect(copy.slices).toBe(2)
})

test('a second opening reads the file anew', async () => {
  const file = fileOf(linesOf(0, 100))
  await checkCapture(file, never)
  await flowsOf(file)
  expect(await flowsOf(file)).toHaveLength(100)
})

test('another file of the same name, size and time is read itself', async () => {
  const [text, other] = [linesOf(10, 80), linesOf(10, 80).replaceAll('probe', 'crawl')]
  const [a, b] = [fileOf(text), fileOf(other)]
  expect([other === text, a.size]).toEqual([false, b.size])
  await checkCapture(a, never)
  expect(await flowsOf(b)).toEqual(await flowsOf(fileOf(`${other}\n`)))
})

test('the reading that goes on ends with the reason of an abort', async () => {
  const file = fileOf(linesOf(0, 300))
  await checkCapture(file, never)
  const aborting = new AbortController()
  const { batches } = await openCapture({ kind: 'file', file }, aborting.signal)
  expect((await batches.next()).done).toBe(false)
  aborting.abort(new Error('the reader has gone'))
  const rest = async () => {
    for await (const _ of batches);
  }
  await expect(rest()).rejects.toThrow('the reader has gone')
})

test('a check that is aborted leaves nothing to go on with', async () => {
  const file = fileOf(linesOf(0, 100))
  const aborting = new AbortController()
  const checking = checkCapture(file, aborting.signal)
  aborting.abort(new Error('another file'))
  await expect(checking).rejects.toThrow('another file')
  const slices = file.slices
  expect(await flowsOf(file)).toHaveLength(100)
  expect(file.slices).toBeGreaterThan(slices)
})
