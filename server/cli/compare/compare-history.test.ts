/** Two windows of a history, of which the in-memory one stands for all engines. */
import { describe, expect, test } from 'vitest'
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { Flow, FlowKey } from '../../../src/flows/flow.ts'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { entryId } from '../../history/entry-id.ts'
import { HistoryError } from '../../history/history-error.ts'
import type { Bucket } from '../../history/history-store.ts'
import { MemoryHistory } from '../../history/testing/memory-history.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { compareText } from '../../testing/compare-text.ts'

/** Noon, which begins a bucket and an hour. */
const NOON = Date.parse('2026-11-28T12:00:00Z') / 1000
const HOUR = 3600

function bucketOf(cluster: string, start: number, flows: readonly Flow[]): Bucket {
  const byEntry = new Map(flows.map((flow) => [entryId(flow), flow]))
  const entries = [...byEntry.keys()].toSorted((a, b) => (a < b ? -1 : 1))
  const counters = Object.fromEntries(
    COUNTER_NAMES.map((name) => [
      name,
      Float64Array.from(entries, (entry) => byEntry.get(entry)?.[name] ?? Number.NaN),
    ]),
  ) as Pick<Bucket, (typeof COUNTER_NAMES)[number]> // of these names
  const keyOf = (entry: bigint) => byEntry.get(entry) ?? buildFlow()
  return {
    cluster,
    start,
    seconds: BUCKET_SECONDS,
    version: 1,
    entries: BigUint64Array.from(entries),
    keyOf,
    ...counters,
  }
}

/** A history with records of these keys in each bucket from noon on, and of others from an hour after noon. */
async function historyOf(
  before: readonly Partial<FlowKey>[],
  after: readonly Partial<FlowKey>[],
  { cluster = 'lab', hours = 1 }: { readonly cluster?: string; readonly hours?: number } = {},
): Promise<MemoryHistory> {
  const history = new MemoryHistory()
  for (const [from, keys] of [
    [NOON, before],
    [NOON + hours * HOUR, after],
  ] as const)
    for (let start = from; start < from + hours * HOUR; start += BUCKET_SECONDS * (hours > 1 ? 100 : 1))
      await history.put(
        bucketOf(
          cluster,
          start,
          keys.map((key) => buildFlow(key)),
        ),
      )
  return history
}

const HISTORY = ['--history', 'DIR']
const HOURS = ['--around', '2026-11-28T13:00Z', '--for', '1h']

test('a policy of the second hour is named with whom it denies', async () => {
  const history = await historyOf([{}, { sourceName: 'test' }], [{}, { sourceName: 'test', action: 'Deny' }])
  const { status, out } = await compareText([...HISTORY, ...HOURS, '--fail-on', 'new-denials'], { history })
  expect(status).toBe(1)
  expect(out).toMatchInlineSnapshot(`
    "A: lab, 2026-11-28T12:00:00Z to 2026-11-28T13:00:00Z, 24 records
    B: lab, 2026-11-28T13:00:00Z to 2026-11-28T14:00:00Z, 24 records
    Note: Records are sums of 5 min

    In B, 1 pair is newly denied, which was allowed before.
    1 of 2 groups are as before, within what is usual for them (none has at least
    1.5 times as many or as few, at least 10, and more than chance explains). Counts
    are connections, A and B equally long.

    Flipped, 1 group: seen in A and B, with another verdict or deciding rule
      frontend/test → backend/api  tcp 80
        Allowed → Denied leaving, 480 → 480 (same)
        was allowed by allow-all rule 1 (GlobalNetworkPolicy, tier default)
        now denied by default-deny (GlobalNetworkPolicy, tier default): no rule
          allowed it
    "
  `)
})

test('windows that do not begin with a step of five minutes lose no record', async () => {
  const history = await historyOf([{}], [{}])
  const windows = ['--a', 'now-118m..now-62m', '--b', 'now-62m..now-6m']
  const { out } = await compareText([...HISTORY, ...windows, '--format', 'json'], {
    history,
    now: NOON + 2 * HOUR,
  })
  // 224 buckets of 2 connections.
  expect(JSON.parse(out)).toMatchObject({ counts: { 'more-or-less': 0 }, asBefore: { a: 448, b: 448 } })
})

test('counters that were not recorded are none', async () => {
  const history = new MemoryHistory()
  const unrecorded = buildFlow({}, { numConnectionsStarted: null })
  for (const start of [NOON, NOON + HOUR]) await history.put(bucketOf('lab', start, [unrecorded]))
  const { out } = await compareText([...HISTORY, ...HOURS], { history })
  expect(out.replaceAll('\n', ' ')).toContain('Counts are records')
})

test('more than a day is read by the hour, and says so', async () => {
  const history = await historyOf([{}], [{}, { sourceName: 'fresh' }], { hours: 30 })
  await history.rollUp('lab', NOON + 60 * HOUR)
  const argv = [...HISTORY, '--around', '2026-11-29T18:10Z', '--for', '26h']
  const { out } = await compareText(argv, { history })
  expect(out).toContain('Note: Records are sums of an hour')
  // Moved to whole hours, and still side by side.
  expect(out).toContain('A: lab, 2026-11-28T16:00:00Z to 2026-11-29T18:00:00Z')
  expect(out).toContain('B: lab, 2026-11-29T18:00:00Z to 2026-11-30T20:00:00Z')
  expect(out).not.toContain('that were recorded')
  expect(out.slice(out.indexOf('New talkers'))).toContain('fresh → backend/api')
})

describe('where only sums of an hour are kept of one window', () => {
  const now = NOON + 12 * HOUR
  async function sumsAlone() {
    const history = await historyOf([{}], [{}, { sourceName: 'fresh' }], { hours: 6 })
    await history.rollUp('lab', NOON + 6 * HOUR)
    await history.drop({ raw: NOON + 6 * HOUR, hours: 0 })
    return history
  }

  test('both are compared by them, with the records of hours that are not summed yet', async () => {
    const windows = ['--a', '2026-11-28T13:10Z..2026-11-28T15:10Z', '--b', 'now-150m..now-30m']
    const { out } = await compareText([...HISTORY, ...windows], {
      history: await sumsAlone(),
      now: NOON + 9 * HOUR,
    })
    expect(out).toContain('A: lab, 2026-11-28T13:00:00Z to 2026-11-28T15:00:00Z')
    // 18:30 to 20:30 is nearest to two hours from 19:00 on, of which no sum is made before they are over for long.
    expect(out).toContain('B: lab, 2026-11-28T19:00:00Z to 2026-11-28T21:00:00Z')
    expect(out).toContain('Note: Records are sums of an hour')
    expect(out.slice(out.indexOf('New talkers'))).toContain('fresh → backend/api')
  })

  test('one that is shorter is refused, with what can be compared', async () => {
    const windows = [
      '--a',
      '2026-11-28T13:10Z..2026-11-28T13:40Z',
      '--b',
      '2026-11-28T20:00Z..2026-11-28T20:30Z',
    ]
    await expect(compareText([...HISTORY, ...windows], { history: await sumsAlone(), now })).rejects.toThrow(
      new UsageError(
        'Of A only sums of an hour are kept, and A is shorter: give both windows an hour or more, or take both from 2026-11-28T18:00:00Z on',
      ),
    )
  })
})

test('more than a day up to now has the hours that are not summed yet', async () => {
  const history = await historyOf([{}], [{}], { hours: 30 })
  await history.rollUp('lab', NOON + 58 * HOUR)
  const windows = ['--a', 'now-60h..now-30h', '--b', 'now-30h..now', '--format', 'json']
  const { out } = await compareText([...HISTORY, ...windows], { history, now: NOON + 60 * HOUR })
  expect(JSON.parse(out)).toMatchObject({
    asBefore: { a: 144, b: 144 },
    summedBy: 'an hour',
  })
})

test('a filter is asked of the history, and one that nothing matches is no lack of records', async () => {
  const history = await historyOf([{}, { destPort: 443 }], [{}])
  const filtered = await compareText([...HISTORY, ...HOURS, '--filter', 'port = 443'], { history })
  expect(filtered.out).toContain('Gone quiet, 1 group')
  expect(filtered.out).not.toContain('tcp 80')
  const none = await compareText([...HISTORY, ...HOURS, '--filter', 'port = 1'], { history })
  expect(none.out).toContain('Neither A nor B has a record that matches')
})

test('gaps are said with their cause', async () => {
  const history = await historyOf([{}], [{}])
  await history.addGap('lab', { from: NOON - 60, to: NOON + 2 * HOUR, cause: 'The gateway did not run' })
  const windows = [
    '--a',
    '2026-11-28T11:00Z..2026-11-28T13:00Z',
    '--b',
    '2026-11-28T13:00Z..2026-11-28T14:00Z',
  ]
  const { out } = await compareText([...HISTORY, ...windows], { history })
  expect(out.replaceAll(/\n +/g, ' ')).toContain(
    'A has a gap from 2026-11-28T11:59:00Z to 2026-11-28T12:00:00Z: The gateway did not run',
  )
})

test('the cluster is named where there are several', async () => {
  const history = await historyOf([{}], [{}])
  await history.put(bucketOf('prod', NOON, [buildFlow()]))
  const argv = [...HISTORY, ...HOURS]
  await expect(compareText(argv, { history })).rejects.toThrow(
    new UsageError('--cluster NAME has to choose one of lab, prod'),
  )
  await expect(compareText([...argv, '--cluster', 'x'], { history })).rejects.toThrow(
    new UsageError('The history has no cluster "x"; there are: lab, prod'),
  )
  expect(await compareText([...argv, '--cluster', 'lab'], { history })).toMatchObject({ status: 0 })
  await expect(compareText([...argv, '--cluster', 'prod'], { history })).rejects.toThrow(
    'B has no flows: there are none in prod from 2026-11-28T13:00:00Z to 2026-11-28T14:00:00Z',
  )
  await expect(compareText(argv, { history: new MemoryHistory() })).rejects.toThrow(
    'There are no records in the history',
  )
})

test.each([
  ['too large', '80,000,000 records are more than the limit', ''],
  ['locked', 'Another process has it', '; docs/compare.md says how a gateway gives its records'],
] as const)(
  'what the history refuses is said in its own words, and it is closed: %s',
  async (trouble, words, way) => {
    const history = await historyOf([{}], [{}])
    let closed = 0
    history.close = async () => void closed++
    // oxlint-disable-next-line require-yield -- it fails before the first page
    history.records = async function* () {
      throw new HistoryError(trouble, words)
    }
    await expect(compareText([...HISTORY, ...HOURS], { history })).rejects.toThrow(
      new UsageError(`The history cannot be compared: ${words}${way}`),
    )
    expect(closed).toBe(1)
  },
)
