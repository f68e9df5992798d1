import { beforeAll, describe, expect, test, vi } from 'vitest'

import { writeFlow } from '../../capture/write.ts'
import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { parseScope } from '../../filter/scope.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { growingFile } from '../../source/testing/growing-file.ts'
import type { FromWorker, OpenSource, ToWorker } from '../protocol.ts'
import { AnswerThrottle } from './answer-throttle.ts'
import { PageSession } from './page-session.ts'
import { SharedFeeds } from './shared-feeds.ts'
import type { Feed } from './feed.ts'

const MINUTE = 60_000

// Its first import takes longer than the second that waitFor() waits, where the machine is busy.
beforeAll(async () => {
  await import('../../source/capture-file.ts')
}, 60_000)

function setUp() {
  const said: FromWorker[] = []
  const clock = { now: 1_790_000_000_000 }
  const feeds = new SharedFeeds()
  const session = new PageSession(
    (message) => said.push(message),
    feeds,
    () => clock.now,
  )
  const views = () => said.filter((message) => message.type === 'view')
  const counts = () => said.filter((message) => message.type === 'counts')
  const status = () =>
    said.findLast((message) => message.type === 'status' || message.type === 'view')?.status
  return { session, said, feeds, clock, views, counts, status }
}

function capture(lines: readonly string[]): OpenSource {
  return { kind: 'file', file: new File([lines.join('\n')], 'flows.jsonl') }
}

type ViewMessage = Extract<ToWorker, { type: 'view' }>

function viewOf(
  seq: number,
  change: Partial<ViewMessage['view']> = {},
  facets: ViewMessage['facets'] = [],
  countsSince = seq,
): ToWorker {
  return {
    type: 'view',
    seq,
    view: {
      shape: 'signatures',
      filter: ALL,
      time: null,
      sort: { column: 'seen', descending: true },
      offset: 0,
      limit: 10,
      selected: null,
      frozen: null,
      newSince: null,
      arrangement: null,
      trendMeasure: 'records',
      ...change,
    },
    facets,
    histogram: 0,
    measure: 'records',
    countsSince,
  }
}

const LINES = [writeFlow(buildFlow()), writeFlow(buildFlow({ destPort: 5432, action: 'Deny' }))]

describe('a page’s session', () => {
  test('reads a capture and answers with what it holds', async () => {
    const { session, views, status } = setUp()
    session.receive({ type: 'open', source: capture(LINES), budget: 1e8 })
    session.receive(viewOf(7))
    await vi.waitFor(() => expect(status()?.source.state).toBe('loaded'))
    await vi.waitFor(() => expect(views().at(-1)?.window.total).toBe(2))
    expect(views().at(-1)?.seq).toBe(7)
    expect(status()?.format).toContain('Goldmane')
  })

  test('loads its chunks when it is told to, and says when they are there', async () => {
    const { session, said } = setUp()
    session.receive({ type: 'preload' })
    await vi.waitFor(() => expect(said).toEqual([{ type: 'preloaded', complete: true }]), 60_000)
  }, 60_000)

  test('reports a broken line with its number, and keeps the rest', async () => {
    const { session, status } = setUp()
    session.receive({
      type: 'open',
      source: capture([LINES[0] ?? '', '{"Key": oops', LINES[1] ?? '']),
      budget: 1e8,
    })
    await vi.waitFor(() => expect(status()?.source.state).toBe('loaded'))
    expect(status()?.holdings).toMatchObject({ records: 2, refused: 1 })
    expect(status()?.refusals[0]?.line).toBe(2)
  })

  test('answers a question without touching a frozen view', async () => {
    const { session, said, views, status } = setUp()
    session.receive({ type: 'open', source: capture(LINES), budget: 1e8 })
    await vi.waitFor(() => expect(status()?.source.state).toBe('loaded'))
    const frozen = { appended: 1, newest: null }
    session.receive(viewOf(1, { frozen }))
    await vi.waitFor(() => expect(views()).toHaveLength(1))
    session.receive({ type: 'ask', id: 3, question: { about: 'count', filter: ALL, time: null } })
    expect(said.findLast((message) => message.type === 'answer')).toEqual({
      type: 'answer',
      id: 3,
      answer: 2,
    })
    session.receive(viewOf(2, { frozen }))
    await vi.waitFor(() => expect(views().at(-1)?.seq).toBe(2))
    expect(views().at(-1)?.window).toMatchObject({ appended: 1, arrived: 1 })
  })

  test('posts nothing to a page that was silent for five minutes, until it says that it is here', async () => {
    const { session, feeds, clock, status } = setUp()
    const opening = vi.spyOn(feeds, 'open')
    const text = new TransformStream<Uint8Array, Uint8Array>()
    const file = growingFile('slow.jsonl', text.readable)
    session.receive({ type: 'open', source: { kind: 'file', file }, budget: 1e8 })
    await vi.waitFor(() => expect(status()?.source.state).toBe('connecting'))
    clock.now += 6 * MINUTE
    const writer = text.writable.getWriter()
    void writer.write(new TextEncoder().encode(LINES.join('\n')))
    void writer.close()
    const feed = opening.mock.results[0]?.value as Feed // what open() returned
    await vi.waitFor(() => expect(feed.status().source.state).toBe('loaded'))
    expect(status()?.source.state).toBe('connecting')
    session.receive({ type: 'heartbeat' })
    await vi.waitFor(() => expect(status()?.source.state).toBe('loaded'))
  })
})

describe('the counts of a view', () => {
  const FACETS = [{ field: 'port', search: '', limit: 5 }] as const

  test('follow the rows, and come again only where they may have changed', async () => {
    const set = setUp()
    await opened(set, 1_790_000_010)
    const ask = async (seq: number, change: Partial<ViewMessage['view']>, since: number) => {
      set.session.receive(viewOf(seq, change, FACETS, since))
      await vi.waitFor(() => expect(set.views().at(-1)?.seq).toBe(seq))
    }
    await ask(1, {}, 1)
    await vi.waitFor(() => expect(set.counts()).toMatchObject([{ seq: 1, facets: [{ records: 1 }] }]))
    const kinds = set.said.map(({ type }) => type)
    expect(kinds.indexOf('view')).toBeLessThan(kinds.indexOf('counts'))
    // Sorted, scrolled, a row opened.
    await ask(2, { sort: { column: 'conns', descending: true }, offset: 5, selected: 'a' }, 1)
    await ask(3, { filter: include(ALL, 'action', 'Deny') }, 3)
    await vi.waitFor(() => expect(set.counts()).toHaveLength(2))
    expect(set.counts()[1]).toMatchObject({ seq: 3, facets: [{ records: 0 }] })
    // Back at once, to what the page may have dropped meanwhile.
    await ask(4, {}, 4)
    await vi.waitFor(() => expect(set.counts()[2]).toMatchObject({ seq: 4, facets: [{ records: 1 }] }))
  })

  test('come again with a record, but not in a frozen view', async () => {
    const set = setUp()
    const add = await opened(set, 1_790_000_010)
    set.session.receive(viewOf(1, {}, FACETS))
    await vi.waitFor(() => expect(set.counts()).toHaveLength(1))
    add(1_790_000_025)
    await vi.waitFor(() => expect(set.counts().at(-1)?.facets).toMatchObject([{ records: 2 }]))
    const frozen = { appended: 2, newest: null }
    set.session.receive(viewOf(2, { frozen }, FACETS))
    await vi.waitFor(() => expect(set.counts().at(-1)?.seq).toBe(2))
    add(1_790_000_040)
    await vi.waitFor(() => expect(set.views().at(-1)?.window.arrived).toBe(1))
    // Asked for with other facets: the turn in which they are counted comes after that of the rows before.
    set.session.receive(viewOf(3, { frozen }, []))
    await vi.waitFor(() => expect(set.counts().at(-1)?.seq).toBe(3))
    expect(set.counts().filter(({ seq }) => seq === 2)).toHaveLength(1)
  })

  test('come once more when the source has been read, though no record came', async () => {
    const set = setUp()
    const text = new TransformStream<Uint8Array, Uint8Array>()
    const file = growingFile('slow.jsonl', text.readable)
    set.session.receive({ type: 'open', source: { kind: 'file', file }, budget: 1e8 })
    set.session.receive(viewOf(1, {}, FACETS))
    const writer = text.writable.getWriter()
    // As many as the reader gives at first, and as many bytes as it wants before it gives any.
    void writer.write(new TextEncoder().encode(`${LINES[0]}\n`.repeat(64) + '\n'.repeat(2 ** 17)))
    await vi.waitFor(() =>
      expect(set.counts().at(-1)).toMatchObject({ facets: [{ records: 64 }], isPartial: true }),
    )
    void writer.close()
    await vi.waitFor(() =>
      expect(set.counts().at(-1)).toMatchObject({ facets: [{ records: 64 }], isPartial: false }),
    )
  })

  test('of another source come though they are asked for as before', async () => {
    const set = setUp()
    await opened(set, 1_790_000_010)
    set.session.receive(viewOf(1, {}, FACETS))
    await vi.waitFor(() => expect(set.counts()).toHaveLength(1))
    await opened(set, 1_790_000_010)
    await vi.waitFor(() => expect(set.counts()).toHaveLength(2))
  })
})

test('while a source is read its progress is said between the rows', async () => {
  const set = setUp()
  const text = new TransformStream<Uint8Array, Uint8Array>()
  const file = growingFile('slow.jsonl', text.readable)
  set.session.receive(viewOf(1))
  set.session.receive({ type: 'open', source: { kind: 'file', file }, budget: 1e8 })
  const writer = text.writable.getWriter()
  const write = () => void writer.write(new TextEncoder().encode(`${LINES[0]}\n`.repeat(2000)))
  write()
  await vi.waitFor(() => expect(set.views().at(-1)?.window.held).toBeGreaterThan(0))
  set.clock.now += 200
  write()
  const progress = () => set.said.filter((message) => message.type === 'progress')
  await vi.waitFor(() => expect(progress().at(-1)?.source.state).toBe('loading'))
  const atOnce = vi.spyOn(AnswerThrottle.prototype, 'now')
  void writer.close()
  await vi.waitFor(() => expect(set.status()?.source.state).toBe('loaded'))
  expect(set.status()?.holdings.records).toBe(4000)
  expect(atOnce, 'the answer that the reader waits for').toHaveBeenCalledOnce()
  atOnce.mockRestore()
})

const flowAt = (startTime: number) => buildFlow({}, { startTime, endTime: startTime + 15 })

/** Opens a capture; the answer lets further records come in. */
async function opened(set: ReturnType<typeof setUp>, ...starts: readonly number[]) {
  const opening = vi.spyOn(set.feeds, 'open')
  const lines = starts.map((start) => writeFlow(flowAt(start)))
  set.session.receive({ type: 'open', source: capture(lines), budget: 1e8 })
  const feed = opening.mock.results.at(-1)?.value as Feed // what open() returned
  await vi.waitFor(() => expect(set.status()?.holdings.records).toBe(starts.length))
  return (start: number) => {
    feed.store.append(flowAt(start))
    set.session.receive({ type: 'heartbeat' })
  }
}

describe('a sliding range', () => {
  const T = 1_790_000_010
  const intervals = { shape: 'intervals', time: { last: 300 } } as const

  test('counts back from the end of the newest record, and moves with it', async () => {
    const set = setUp()
    const add = await opened(set, T - 400, T - 290, T - 15)
    set.session.receive(viewOf(1, intervals, [{ field: 'port', search: '', limit: 5 }]))
    await vi.waitFor(() => expect(set.views().at(-1)?.time).toEqual({ from: T - 300, to: T }))
    expect(set.views().at(-1)).toMatchObject({
      newest: T,
      window: { total: 2, held: 2 },
    })
    // Counted over the same range as the window.
    await vi.waitFor(() => expect(set.counts().at(-1)).toMatchObject({ seq: 1, facets: [{ records: 2 }] }))
    add(T + 105)
    await vi.waitFor(() => expect(set.views().at(-1)?.time).toEqual({ from: T - 180, to: T + 120 }))
    expect(set.views().at(-1)?.window.total).toBe(2)
  })

  test('keeps its end while the view is frozen, also for questions and other lengths, and moves afterwards', async () => {
    const set = setUp()
    const add = await opened(set, T - 400, T - 290, T - 15)
    const frozen = { appended: 3, newest: T }
    set.session.receive(viewOf(2, { ...intervals, frozen }))
    await vi.waitFor(() => expect(set.views().at(-1)?.seq).toBe(2))
    add(T + 105)
    await vi.waitFor(() => expect(set.views().at(-1)?.window.waiting).toBe(1))
    expect(set.views().at(-1)).toMatchObject({
      time: { from: T - 300, to: T },
      newest: T,
      window: { total: 2 },
    })

    set.session.receive({
      type: 'ask',
      id: 1,
      question: { about: 'count', filter: ALL, time: { last: 300 } },
    })
    expect(set.said.at(-1)).toEqual({ type: 'answer', id: 1, answer: 2 })
    set.session.receive(viewOf(3, { ...intervals, time: { last: 500 }, frozen }))
    await vi.waitFor(() => expect(set.views().at(-1)?.seq).toBe(3))
    expect(set.views().at(-1)).toMatchObject({ time: { from: T - 500, to: T }, window: { total: 3 } })

    set.session.receive(viewOf(4, intervals))
    await vi.waitFor(() => expect(set.views().at(-1)?.seq).toBe(4))
    expect(set.views().at(-1)).toMatchObject({ time: { from: T - 180, to: T + 120 }, newest: T + 120 })
  })

  test('moves again when another source is opened', async () => {
    const set = setUp()
    await opened(set, T - 15)
    set.session.receive(viewOf(1, { ...intervals, frozen: { appended: 1, newest: T } }))
    await vi.waitFor(() => expect(set.views().at(-1)?.newest).toBe(T))
    await opened(set, T + 985)
    await vi.waitFor(() => expect(set.views().at(-1)?.newest).toBe(T + 1000))
  })

  test('is empty while no record has a time', async () => {
    const set = setUp()
    set.session.receive({
      type: 'open',
      source: capture([writeFlow(buildFlow({}, { startTime: 0, endTime: 0 }))]),
      budget: 1e8,
    })
    await vi.waitFor(() => expect(set.status()?.holdings.records).toBe(1))
    set.session.receive(viewOf(1, intervals))
    await vi.waitFor(() => expect(set.views().at(-1)?.seq).toBe(1))
    expect(set.views().at(-1)).toMatchObject({ newest: null, window: { total: 0 } })
  })
})

describe('shared feeds', () => {
  const LIVE: OpenSource = { kind: 'live', endpoint: 'http://127.0.0.1:9/', history: 0, scope: ALL }

  test('a live source is opened once, and closed with its last reader', () => {
    const feeds = new SharedFeeds()
    const first = feeds.open(LIVE, 1)
    const leaveFirst = first.subscribe(() => {}, 1)
    expect(feeds.open(LIVE, 1)).toBe(first)
    const leaveSecond = first.subscribe(() => {}, 1)
    leaveFirst()
    feeds.release(first)
    expect(feeds.open(LIVE, 1)).toBe(first)
    leaveSecond()
    feeds.release(first)
    const next = feeds.open(LIVE, 1)
    expect(next).not.toBe(first)
    next.close()
  })

  test('a feed has the largest of the budgets of its pages', () => {
    const feeds = new SharedFeeds()
    const feed = feeds.open(LIVE, 1000)
    const budgets = vi.spyOn(feed.store, 'setBudget')
    const [one, two] = [() => {}, () => {}]
    const leaveOne = feed.subscribe(one, 1000)
    feed.subscribe(two, 500)
    feed.setBudget(two, 3000)
    feed.setBudget(one, 2000)
    feed.setBudget(two, 800)
    leaveOne()
    expect(budgets.mock.calls.flat()).toEqual([1000, 1000, 3000, 3000, 2000, 800])
    feed.close()
  })

  test('pages share a feed when their scopes are equal, however they are written', () => {
    const feeds = new SharedFeeds()
    const within = (text: string): OpenSource => {
      const parsed = parseScope(text)
      if (!parsed.ok) throw new Error(text)
      return { ...LIVE, scope: parsed.expression }
    }
    const first = feeds.open(within('dst.ns = backend and action = deny'), 1)
    const same = feeds.open(within('(dst.ns=backend) action:Deny'), 1)
    const other = feeds.open(within('dst.ns = db'), 1)
    expect(same).toBe(first)
    expect(other).not.toBe(first)
    expect(feeds.open(LIVE, 1)).not.toBe(first)
    for (const feed of [first, other, feeds.open(LIVE, 1)]) feed.close()
  })

  test('a capture is read anew for each page that opens it', () => {
    const feeds = new SharedFeeds()
    const source = capture(LINES)
    expect(feeds.open(source, 1)).not.toBe(feeds.open(source, 1))
  })
})
