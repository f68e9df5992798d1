import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { writeFlow } from '../../src/capture/write.ts'
import { UNRECORDED } from '../../src/flows/counters.ts'
import { buildEndOfTier, buildFlow, buildHit } from '../../src/flows/testing/build.ts'
import type { Flow, FlowKey } from '../../src/flows/flow.ts'
import { parseExplain } from './explain-options.ts'
import { SignatureTable } from './explain-signatures.ts'
import { runExplain } from './run-explain.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { explainText } from '../testing/explain-text.ts'
import { UsageError } from '../lib/usage-error.ts'

const STORY: Partial<FlowKey> = {
  sourceName: 'test',
  sourceNamespace: 'default',
  action: 'Deny',
  policies: {
    enforced: [buildEndOfTier('default-deny')],
    pending: [buildEndOfTier('01-dns-clients-egress')],
  },
}
const DENIED = buildFlow(STORY)
const LATER = buildFlow(STORY, { startTime: 1_790_000_025, endTime: 1_790_000_040 })
const ALLOWED = buildFlow({}, { numConnectionsStarted: 500 })

function lines(...flows: readonly Flow[]): string {
  return flows.map((flow) => `${writeFlow(flow)}\n`).join('')
}

/** Runs the command on a file of these bytes, or on standard input when `name` is null. */
async function explain(
  content: string | Uint8Array,
  argv: readonly string[] = [],
  name: string | null = 'flows.jsonl',
) {
  let path = '-'
  if (name !== null) {
    path = join(await temporaryFolder(), name)
    await writeFile(path, content)
  }
  return explainText(name === null ? content : '', [path, ...argv])
}

describe('flowtrace explain', () => {
  test('tells the recorded denial in words, once for all its records', async () => {
    expect(await explain(lines(DENIED, LATER))).toEqual({
      status: 0,
      error: '',
      out:
        'Denied leaving: default/test could not open tcp 80 to backend/api-*. ' +
        'End of tier default: no rule allowed it. GlobalNetworkPolicy default-deny selects the source for egress, ' +
        "and no rule of the tier's policies that govern its egress matched.\n" +
        'With the staged policies enforced the outcome is the same, because no rule would allow it either (end of tier ' +
        'default); the policy named differs (01-dns-clients-egress), which only says which policy of the tier is named ' +
        'first.\n' +
        'Inferred: To allow it: an egress rule on default/test, for tcp 80. Whether backend/api needs an ingress rule ' +
        'too cannot be said: its policies were not asked.\n' +
        '  4 connections refused in 2 records, first seen 2026-09-21T14:13:30Z, last seen 2026-09-21T14:14:00Z\n\n' +
        'flows.jsonl: 1 denied, 0 allowed, counted by port, in 2 records.\n',
    })
  })

  test.each([
    [
      'text',
      'an egress rule on default/test and, unless one allows it already, an ingress rule on backend/api,',
    ],
    [
      'json',
      'an egress rule on default/test and, unless one allows it already, an ingress rule on backend/api,',
    ],
    [
      'markdown',
      '*Inferred:* To allow it: an **egress rule on** `default/test` and, unless one allows it already, ' +
        'an **ingress rule on** `backend/api`, both for **tcp 80**.',
    ],
  ])(
    'says in %s what would allow it, by the records of the other end that the filter leaves out',
    async (format, words) => {
      const entering = buildFlow({ reporter: 'Dst', destPort: 9090 })
      const argv = ['--filter', 'action = deny', '--format', format]
      expect((await explain(lines(DENIED, entering), argv)).out).toContain(words)
      expect((await explain(lines(DENIED), argv)).out).not.toContain(words)
    },
  )

  test('knows the other end by its records of the same time only', async () => {
    const entered = { ...STORY, reporter: 'Dst' } as const
    const later = { startTime: 1_790_009_000, endTime: 1_790_009_015 }
    const both = 'default/test and an ingress rule on backend/api, both for tcp 80.'
    expect((await explain(lines(DENIED, buildFlow(entered)))).out).toContain(both)
    expect((await explain(lines(DENIED, buildFlow(entered, later)))).out).not.toContain(both)
  })

  test('puts denials first, however few', async () => {
    const { out } = await explain(lines(ALLOWED, DENIED))
    expect(out.indexOf('Denied leaving:')).toBeLessThan(out.indexOf('Allowed:'))
  })

  test('leaves out what does not match the filter', async () => {
    const { out } = await explain(lines(ALLOWED, DENIED), ['--filter', 'action = deny'])
    expect(out).not.toContain('Allowed:')
    expect(out).toContain('1 denied, 0 allowed, counted by port, in 1 of 2 records.')
  })

  test('reports broken lines with their place, and explains the rest', async () => {
    const { status, out, error } = await explain(`${lines(DENIED)}{"start_time": oops\n${lines(ALLOWED)}`)
    expect(status).toBe(0)
    expect(error).toMatch(/^flows\.jsonl:2:\d+: .+oops\n$/)
    expect(out).toContain('1 denied, 1 allowed, counted by port, in 2 records; 1 refused.')
  })

  test('prints the first hundred refusals, and how many more there are', async () => {
    const { error } = await explain(`${lines(DENIED)}${'{"broken": oops\n'.repeat(130)}`)
    const printed = error.trimEnd().split('\n')
    expect(printed).toHaveLength(101)
    expect(printed.at(-1)).toBe('flows.jsonl: 30 more refused')
  })

  test('reads standard input, compressed too', async () => {
    const { out } = await explain(gzipSync(lines(DENIED)), [], null)
    expect(out).toContain('standard input: 1 denied, 0 allowed, counted by port, in 1 record.')
  })

  test('the status says whether a denial remains, when that is asked for', async () => {
    const content = lines(ALLOWED, DENIED)
    expect(await explain(content)).toMatchObject({ status: 0 })
    expect(await explain(content, ['--fail-on-deny'])).toMatchObject({ status: 1 })
    expect(await explain(content, ['--fail-on-deny', '--filter', 'action = allow'])).toMatchObject({
      status: 0,
    })
  })

  test('writes JSON that can be read', async () => {
    const { out } = await explain(lines(ALLOWED, DENIED, LATER), ['--format', 'json'])
    const parsed: unknown = JSON.parse(out)
    expect(parsed).toMatchObject({
      name: 'flows.jsonl',
      read: 3,
      matched: 3,
      denied: 2,
      refused: 0,
      signatures: [
        {
          action: 'Deny',
          source: { namespace: 'default', name: 'test' },
          port: 80,
          decidedBy: {
            tier: 'default',
            kind: 'GlobalNetworkPolicy',
            policy: 'default-deny',
            at: 'no rule allowed it',
          },
          headline: 'Denied leaving: default/test could not open tcp 80 to backend/api-*.',
          records: 2,
          numConnectionsStarted: 4,
          lastSeen: '2026-09-21T14:14:00Z',
        },
        { action: 'Allow', records: 1 },
      ],
    })
  })

  test('writes JSON also when nothing matches', async () => {
    const { out } = await explain(lines(DENIED), ['--format', 'json', '--filter', 'port = 1'])
    expect(JSON.parse(out)).toMatchObject({ matched: 0, signatures: [] })
  })

  test('writes Markdown for a ticket', async () => {
    const { out } = await explain(lines(DENIED), ['--format', 'markdown'])
    expect(out).toMatch(/^## flows\.jsonl: 1 denied/)
    expect(out).toContain('### **Denied leaving:** `default/test`')
    expect(out).toContain('| Tier | Enforced | If staged |')
  })

  test('control characters of a record do not reach the terminal', async () => {
    const { out } = await explain(lines(buildFlow({ sourceName: 'a\u{1B}[2Jb' })))
    expect(out).not.toContain('\u{1B}')
    expect(out).toContain('a⟨U+001B⟩[2Jb')
  })

  test('tells signatures with different deciding hits apart', async () => {
    const [a, b] = ['a', 'b'].map((name) =>
      lines(buildFlow({ policies: { enforced: [buildHit({ name })], pending: [] } })),
    )
    const { out } = await explain(`${a}${b}${a}`)
    expect(out).toContain('0 denied, 2 allowed, counted by port, in 3 records.')
  })

  test('a file without flows, or no file, is refused', async () => {
    await expect(explain('dear diary\n')).rejects.toThrow(new UsageError('There are no flows in flows.jsonl'))
    const command = parseExplain([join(await temporaryFolder(), 'none.jsonl')])
    if (command.command !== 'explain') throw new Error('that is a call for help')
    const run = runExplain(command, {
      stdin: Readable.from([]),
      stdout: new PassThrough(),
      stderr: new PassThrough(),
    })
    await expect(run).rejects.toThrow(new UsageError('The capture none.jsonl cannot be read (ENOENT)'))
  })

  test('several files and folders are read together, each with its name at what it refuses', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'more', 'deeper'), { recursive: true })
    const first = join(folder, 'first.jsonl')
    const second = join(folder, 'more', 'deeper', 'second.jsonl')
    await writeFile(first, `${lines(DENIED)}oops\n`)
    await writeFile(second, `nonsense\n${lines(LATER, ALLOWED)}`)
    await writeFile(join(folder, 'more', '.hidden'), 'not read')
    const alone = await explainText('', [first])
    const { out, error } = await explainText('', [first, join(folder, 'more')])
    expect(out).toContain('first.jsonl and 1 more')
    expect(out).toContain('3 records')
    expect(alone.error).toMatch(/^first\.jsonl:2:1: /)
    expect(error.split('\n').toSorted()).toEqual([
      '',
      `${first}:2:1: This line is not a record: there is no JSON in it: oops`,
      `${second}:1:1: This line is not a record: there is no JSON in it: nonsense`,
    ])
  })

  test('a folder without files is refused', async () => {
    await expect(explainText('', [await temporaryFolder()])).rejects.toThrow(/^There are no files in /)
  })

  test('a closed pipe is no error', async () => {
    const path = join(await temporaryFolder(), 'flows.jsonl')
    await writeFile(path, lines(DENIED))
    const command = parseExplain([path, '--fail-on-deny'])
    if (command.command !== 'explain') throw new Error('that is a call for help')
    const closed = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    })
    expect(
      await runExplain(command, { stdin: Readable.from([]), stdout: closed, stderr: new PassThrough() }),
    ).toBe(1)
  })
})

describe('the signatures of a capture', () => {
  test('take their key from the newest record, and their times from all', () => {
    const table = new SignatureTable()
    table.add(LATER)
    table.add({ ...DENIED, sourceLabels: ['old=yes'] })
    expect(table.sorted()).toMatchObject([
      {
        firstSeen: 1_790_000_010,
        lastSeen: 1_790_000_040,
        records: 2,
        subject: { sourceLabels: ['app=web'] },
      },
    ])
  })

  test('of records without counters have none, and with one that has them its own', () => {
    const table = new SignatureTable()
    table.add({ ...DENIED, ...UNRECORDED, startTime: 0, endTime: 0 })
    expect(table.sorted()).toMatchObject([{ ...UNRECORDED, firstSeen: 0, lastSeen: 0 }])
    table.add({ ...DENIED, bytesIn: null })
    expect(table.sorted()).toMatchObject([
      { bytesIn: null, bytesOut: 800, numConnectionsStarted: 2, firstSeen: 1_790_000_010 },
    ])
  })

  test('are limited in number; what is beyond is counted, and its denials too', () => {
    const table = new SignatureTable(1)
    table.add(ALLOWED)
    table.add(DENIED)
    table.add(ALLOWED)
    expect(table.sorted()).toHaveLength(1)
    expect({ records: table.records, leftOut: table.leftOut, denied: table.denied }).toEqual({
      records: 3,
      leftOut: 1,
      denied: 1,
    })
  })
})

describe('a filter on sums and ages', () => {
  const content = lines(
    DENIED,
    LATER,
    ALLOWED,
    buildFlow({ destName: 'old-*' }, { startTime: 1, endTime: 16 }),
  )

  test.each([
    // The denial has 2 connections in each of its two records.
    ['conns = 4', '1 denied, 0 allowed, counted by port, in 2 of 4 records.'],
    ['conns = 2', '0 denied, 1 allowed, counted by port, in 1 of 4 records.'],
    ['conns > 4 or action = deny', '1 denied, 1 allowed, counted by port, in 3 of 4 records.'],
    ['action = deny and packets > 100000', '0 denied, 0 allowed, counted by port, in 0 of 4 records.'],
    ['seen > 1h', '0 denied, 1 allowed, counted by port, in 1 of 4 records.'],
    ['not (seen > 1h)', '1 denied, 1 allowed, counted by port, in 3 of 4 records.'],
  ])('tests the sums of a line, as the page does: %s', async (query, summary) => {
    const { out } = await explain(content, ['--filter', query])
    expect(out).toContain(`flows.jsonl: ${summary}`)
  })

  test('decides what --fail-on-deny is about', async () => {
    for (const [query, status] of [
      ['conns > 3 and action = deny', 1],
      ['conns > 4', 0],
    ] as const)
      expect(await explain(content, ['--fail-on-deny', '--filter', query])).toMatchObject({ status })
  })
})

describe('the command line', () => {
  test('without options explains the whole file as text', () => {
    expect(parseExplain(['a.jsonl'])).toEqual({
      command: 'explain',
      paths: ['a.jsonl'],
      filter: { kind: 'all' },
      format: 'text',
      failOnDeny: false,
    })
    expect(parseExplain(['-'])).toMatchObject({ paths: [] })
    expect(parseExplain(['--help'])).toEqual({ command: 'explain help' })
  })

  test.each([
    [[], 'explain wants a capture FILE, or - for standard input'],
    [['a', '-'], 'explain reads standard input alone, not beside files'],
    [['a', '--format', 'xml'], '--format wants text, json or markdown, not "xml"'],
    [['a', '--port', '1'], "Unknown option '--port'"],
  ])('refuses %j', (argv, message) => {
    expect(() => parseExplain(argv)).toThrow(new UsageError(message))
  })

  test('offers the query that is meant where a text is none', () => {
    expect(() => parseExplain(['a', '--fail-on-deny', '--filter', 'dst.ns backend and port = 80'])).toThrow(
      'Perhaps: dst.ns = backend and port = 80',
    )
    expect(() => parseExplain(['a', '--fail-on-deny', '--filter', 'denied'])).toThrow(
      'Perhaps: action = Deny',
    )
  })

  test('says where a query is wrong', () => {
    expect(() => parseExplain(['a', '--filter', 'action = ('])).toThrow(
      /^--filter is not a query: .+ \(at character \d+\)(?: Perhaps: .+)?$/,
    )
  })
})
