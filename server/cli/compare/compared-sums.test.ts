/** Captures whose records are sums: `flowtrace compare` claims nothing of them that the page does not claim. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { recordLine } from '../../../src/capture/capture-writer.ts'
import { EMPTY_HEADER, headerJson } from '../../../src/capture/format/capture-header.ts'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { compareText } from '../../testing/compare-text.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

const T = 1_790_000_100

/** Twelve ports that are refused, in one record each of so many seconds: a scan, if these are 15. */
async function scanned({ seconds, step = null }: { seconds: number; step?: number | null }): Promise<string> {
  const path = join(await temporaryFolder(), 'scan.ndjson')
  const times = { startTime: T, endTime: T + seconds }
  const tried = Array.from({ length: 12 }, (_, i) => buildFlow({ action: 'Deny', destPort: 1000 + i }, times))
  const lines = [buildFlow({ destName: 'db' }, times), ...tried].map((flow) => recordLine(flow, null))
  const header = JSON.stringify(headerJson({ ...EMPTY_HEADER, step }))
  await writeFile(path, `${header}\n${lines.join('')}`)
  return path
}

async function steady(seconds = 15): Promise<string> {
  const path = join(await temporaryFolder(), 'steady.ndjson')
  const flow = buildFlow({ destName: 'db' }, { startTime: T - 3600, endTime: T - 3600 + seconds })
  await writeFile(path, recordLine(flow, null))
  return path
}

async function compared(a: string, b: string) {
  const run = async (format: string) => (await compareText([a, b, '--format', format])).out
  const json = JSON.parse(await run('json')) as {
    summedBy: string | null
    a: { recordSeconds: number | null }
    b: { recordSeconds: number | null }
    groups: { scan: boolean }[]
  }
  return { text: await run('text'), markdown: await run('markdown'), json }
}

test('records of a bucket are no sums, and a scan of them is marked', async () => {
  const { text, markdown, json } = await compared(await steady(), await scanned({ seconds: 15, step: 15 }))
  expect([text, markdown].join('')).not.toContain('sums of')
  expect([text, markdown].every((out) => out.includes('scan?'))).toBe(true)
  expect(json).toMatchObject({ summedBy: null, a: { recordSeconds: null }, b: { recordSeconds: null } })
  expect(json.groups.some(({ scan }) => scan)).toBe(true)
})

describe.each([
  // As the history exports them, where a record may be of a part of its step alone.
  ['a header says', { seconds: 15, step: 300 }, 'Records of B are sums of 5 min', '5 min', 300],
  [
    'a header says of hours',
    { seconds: 3600, step: 3600 },
    'Records of B are sums of an hour',
    'an hour',
    3600,
  ],
  // As Goldmane's List sums them.
  ['the records show', { seconds: 2700 }, 'Records of B are sums of up to 45 min', '45 min', 2700],
  ['they show more', { seconds: 2700, step: 60 }, 'Records of B are sums of up to 45 min', '45 min', 2700],
] as const)('of what %s to be sums', (_, of, sentence, summedBy, recordSeconds) => {
  test('nothing is said of scans, in any format', async () => {
    const { text, markdown, json } = await compared(await steady(), await scanned(of))
    expect(text).toContain(`Note: ${sentence}\n`)
    expect(markdown).toContain(`- ${sentence}\n`)
    expect(text + markdown).not.toContain('scan?')
    expect(json).toMatchObject({ summedBy, a: { recordSeconds: null }, b: { recordSeconds } })
    expect(json.groups.map(({ scan }) => scan)).not.toContain(true)
  })
})

test('two sides of equal sums are named once', async () => {
  const { text } = await compared(await steady(3600), await scanned({ seconds: 3600 }))
  expect(text).toContain('Note: Records are sums of up to an hour\n')
  expect(text.match(/sums of/g)).toHaveLength(1)
})
