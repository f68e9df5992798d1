import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import { gzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { recordLine } from '../../../src/capture/capture-writer.ts'
import { EMPTY_HEADER, headerJson } from '../../../src/capture/format/capture-header.ts'
import type { Flow, FlowKey } from '../../../src/flows/flow.ts'
import { buildFlow, buildHit } from '../../../src/flows/testing/build.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { parseCompare } from './compare-options.ts'
import { runCompare } from './run-compare.ts'
import { compareText } from '../../testing/compare-text.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

const T = 1_790_000_100

/** A record in a bucket. */
function at(bucket: number, key: Partial<FlowKey> = {}, flow: Partial<Flow> = {}): Flow {
  return buildFlow(key, { startTime: T + 15 * bucket, endTime: T + 15 * bucket + 15, ...flow })
}

function lines(...flows: readonly Flow[]): string {
  return flows.map((flow) => recordLine(flow, null)).join('')
}

const STEADY = [at(0), at(1)]
const DENIED = { sourceName: 'test', action: 'Deny' } as const

async function file(content: string, name = 'flows.ndjson'): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await writeFile(path, content)
  return path
}

/** The sections of the text that have groups. */
function sectionsOf(out: string): readonly string[] {
  return [...out.matchAll(/^([A-Z][a-z ]+), \d+ groups?:/gm)].map(([, name = '']) => name)
}

test('equal captures have no change, whatever it is asked to fail on', async () => {
  const path = await file(lines(...STEADY))
  const { status, out, error } = await compareText([path, path, '--fail-on', 'any'])
  expect(status).toBe(0)
  expect(error).toBe('A and B are the same capture\n')
  const parts = await compareText([`${path}@${T}..${T + 15}`, `${path}@${T + 15}..${T + 30}`])
  expect(parts.error).toBe('')
  expect(out).toContain('In B, nothing changed beyond what is usual.')
  expect(sectionsOf(out)).toEqual([])
})

test('each change has its section, and its own word for --fail-on', async () => {
  const other = { policies: { enforced: [buildHit({ name: 'other' })], pending: [] } }
  const a = lines(
    ...STEADY,
    at(0, { sourceName: 'quiet' }),
    at(0, { ...DENIED, destName: 'gone' }),
    at(0, { sourceName: 'flips', ...other }),
    at(0, { sourceName: 'busy' }, { numConnectionsStarted: 1 }),
  )
  const b = lines(
    ...STEADY,
    at(0, DENIED),
    at(0, { sourceName: 'fresh' }),
    at(0, { sourceName: 'flips' }),
    at(0, { sourceName: 'busy' }, { numConnectionsStarted: 100 }),
  )
  const [before, after] = [await file(a), await file(b)]
  const { out } = await compareText([before, after])
  expect(sectionsOf(out)).toEqual([
    'Flipped',
    'New denials',
    'Gone quiet',
    'Denials gone',
    'New talkers',
    'More or less',
  ])
  for (const change of [
    'flipped',
    'new-denials',
    'gone-quiet',
    'denials-gone',
    'new-talkers',
    'more-or-less',
  ]) {
    expect(await compareText([before, after, '--fail-on', change])).toMatchObject({ status: 1 })
    expect(await compareText([before, before, '--fail-on', change])).toMatchObject({ status: 0 })
  }
})

test('what was allowed and is denied counts as a new denial; a denial by another rule does not', async () => {
  const [allowed, denied] = [await file(lines(at(0))), await file(lines(at(0, { action: 'Deny' })))]
  const byOther = await file(
    lines(at(0, { action: 'Deny', policies: { enforced: [buildHit({ action: 'Deny' })], pending: [] } })),
  )
  const fail = ['--fail-on', 'new-denials']
  expect(await compareText([allowed, denied, ...fail])).toMatchObject({ status: 1 })
  expect(await compareText([denied, byOther, ...fail])).toMatchObject({ status: 0 })
  expect(await compareText([denied, byOther, '--fail-on', 'flipped'])).toMatchObject({ status: 1 })
})

test('the filter narrows what is compared, and not the time that it is of', async () => {
  const a = await file(lines(at(0), at(100), at(50, { destPort: 443 })))
  const b = await file(lines(at(0), at(100), at(0, { destPort: 443 }), at(50, { destPort: 443 })))
  const { out } = await compareText([a, b, '--filter', 'port = 443'])
  expect(out).toContain('1 of 3 records')
  expect(out).toContain('Filter: port = 443')
  expect(out).toContain('A and B equally long.')
})

test('windows take records by their start, and may overlap', async () => {
  const path = await file(lines(at(0), at(1, { sourceName: 'both' }), at(2)))
  const { out } = await compareText([path, '--a', `${T}..${T + 30}`, '--b', `${T + 15}..${T + 45}`])
  expect(out).toMatch(/^A: .+2026-09-21T14:15:00Z to 2026-09-21T14:15:30Z, 2 records$/m)
  expect(out).toMatch(/^B: .+2026-09-21T14:15:15Z to 2026-09-21T14:15:45Z, 2 records$/m)
  expect(sectionsOf(out)).toEqual([])
})

test('sides of different length are compared by the hour, and say so', async () => {
  const a = await file(lines(...Array.from({ length: 40 }, (_, i) => at(i))))
  const b = await file(lines(...Array.from({ length: 80 }, (_, i) => at(i))))
  const { out } = await compareText([a, b])
  expect(out).toContain('per hour')
  expect(sectionsOf(out)).toEqual([])
})

test('of a window the part that was recorded is compared, and said', async () => {
  const steady = Array.from({ length: 160 }, (_, i) => at(i, {}, { numConnectionsStarted: 20 }))
  const path = await file(lines(...steady))
  // The records end ten minutes after the moment.
  const { out } = await compareText([path, '--around', String(T + 1800), '--filter', 'port = 80'])
  expect(out).toContain('Note: B is the 10 min of 30 min that were recorded')
  expect(out).toMatch(/^B: .+2026-09-21T14:45:00Z to 2026-09-21T14:55:00Z, 40 records$/m)
  expect(out).toContain('per hour')
  expect(sectionsOf(out)).toEqual([])
  const early = await compareText([path, '--around', String(T + 600)])
  expect(early.out).toContain('Note: A is the 10 min of 30 min that were recorded')
})

test('a folder is read as one side, and standard input as the other', async () => {
  const folder = join(await temporaryFolder(), 'before')
  await mkdir(folder)
  await writeFile(join(folder, 'one.ndjson'), lines(at(0)))
  await writeFile(join(folder, 'two.ndjson'), lines(at(1)))
  const { status, out } = await compareText([folder, '-'], { stdin: lines(...STEADY) })
  expect(status).toBe(0)
  expect(out).toMatch(/^A: before, .+, 2 records\nB: standard input, .+, 2 records\n/)
})

test('gaps of a recording and what it was recorded with are said, cut to the window', async () => {
  const header = {
    ...EMPTY_HEADER,
    filter: 'dst.ns = backend',
    gaps: [
      { from: T - 60, to: T + 15, reason: 'Goldmane was not reached' },
      { from: T - 60, to: T - 30, reason: null },
    ],
  }
  const path = await file(`${JSON.stringify(headerJson(header))}\n${lines(...STEADY)}`)
  const parts = `${path}@${T}..${T + 60}`
  const note = 'A has a gap from 2026-09-21T14:15:00Z to 2026-09-21T14:15:15Z: Goldmane was not reached'
  const { out } = await compareText([parts, await file(lines(...STEADY))])
  expect(out.replaceAll(/\n +/g, ' ')).toContain(`Note: ${note}`)
  expect(out.match(/A has a gap/g)).toHaveLength(1)
  expect(out).toContain('Note: A was recorded with the filter dst.ns = backend')
  const markdown = await compareText([parts, parts, '--format', 'markdown'])
  expect(markdown.out).toContain(`- ${note}\n`)
  const json: unknown = JSON.parse((await compareText([parts, parts, '--format', 'json'])).out)
  expect(json).toMatchObject({
    a: {
      gaps: [{ from: '2026-09-21T14:15:00Z', to: '2026-09-21T14:15:15Z', cause: 'Goldmane was not reached' }],
      recordedWith: ['dst.ns = backend'],
    },
  })
})

test('what cannot be read is reported with its place, and counted', async () => {
  const a = await file(`${lines(at(0))}oops\n${lines(at(1))}`, 'a.ndjson')
  const { status, out, error } = await compareText([a, await file(lines(...STEADY))])
  expect(status).toBe(0)
  expect(error).toMatch(/^a\.ndjson:2:1: /)
  expect(out).toContain('Note: 1 record could not be read')
})

test('a capture that was cut off is compared as far as it goes, with status 2', async () => {
  const whole = lines(at(0), at(1), at(2))
  const path = join(await temporaryFolder(), 'cut.ndjson.gz')
  const bytes = gzipSync(whole)
  await writeFile(path, bytes.subarray(0, bytes.length - 30))
  const { out, status } = await compareText([await file(whole), path])
  expect(out).toContain('A part of the records is missing: cut.ndjson.gz was cut off, or is damaged')
  expect(status).toBe(2)
})

test('a side without flows is refused: all of the other would seem new', async () => {
  const path = await file(lines(...STEADY), 'day.ndjson')
  const run = compareText([path, '--around', String(T + 15), '--for', '15s'])
  await expect(run).resolves.toMatchObject({ status: 0 })
  await expect(compareText([path, '--around', String(T)])).rejects.toThrow(
    new UsageError(
      'A has no flows: there are none in day.ndjson from 2026-09-21T13:45:00Z to 2026-09-21T14:15:00Z; its records are from 2026-09-21T14:15:00Z to 2026-09-21T14:15:30Z',
    ),
  )
  await expect(compareText([path, await file('dear diary\n', 'b.txt')])).rejects.toThrow(
    new UsageError('There are no flows in b.txt'),
  )
  // What the filter leaves out was recorded.
  const empty = await compareText([path, path, '--filter', 'action = deny'])
  expect(empty.out).toContain('0 of 2 records')
})

test('control characters of a record do not reach the terminal', async () => {
  const a = await file(lines(at(0)))
  const b = await file(lines(at(0), at(0, { sourceName: 'x\u{1B}[2J', destName: 'y\u{1B}' })))
  for (const format of ['text', 'json', 'markdown']) {
    const { out } = await compareText([a, b, '--format', format])
    expect(out).not.toContain('\u{1B}')
    expect(out).toContain('U+001B')
  }
})

test('a terminal has colours, which a pipe and NO_COLOR do not', async () => {
  const [a, b] = [await file(lines(at(0))), await file(lines(at(0, { action: 'Deny' })))]
  const run = async (isTTY: boolean, files = [a, b]): Promise<string> => {
    const stdout = Object.assign(new PassThrough(), { isTTY })
    const command = parseCompare(files)
    if (command.command !== 'compare') throw new Error('that is a call for help')
    const streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough() }
    await runCompare(command, { streams, openHistory: () => Promise.reject(new Error('there is none')) })
    stdout.end()
    return text(stdout)
  }
  const plain = await run(false)
  expect(plain).not.toContain('\u{1B}')
  const coloured = await run(true)
  expect(coloured).toContain('Allowed → \u{1B}[31mDenied leaving\u{1B}[0m, ')
  // The headline is red where there are new denials, and bold alone where there are none.
  expect(coloured).toContain('\n\n\u{1B}[1;31m')
  expect(await run(true, [b, a])).not.toContain('\u{1B}[1;31m')
  expect(coloured).toContain('\n\n\u{1B}[1mFlipped, 1 group: ')
  expect(stripVTControlCharacters(coloured)).toBe(plain)
  vi.stubEnv('NO_COLOR', '1')
  expect(await run(true)).toBe(plain)
  // By the convention an empty one means nothing.
  vi.stubEnv('NO_COLOR', '')
  expect(await run(true)).toBe(coloured)
  vi.unstubAllEnvs()
})
