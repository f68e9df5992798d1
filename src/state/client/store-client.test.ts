import { describe, expect, test, vi } from 'vitest'

import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { ManualClock } from '../../lib/testing/manual-clock.ts'
import type { FromWorker, Status, ToWorker } from '../../store/protocol.ts'
import { EMPTY_WINDOW } from '../testing/empty-window.ts'
import { NOTHING_HELD } from './client-snapshot.ts'
import { StoreClient } from './store-client.ts'
import type { RequestedView } from './view-requests.ts'
import type { Port } from './worker-ports.ts'

const VIEW: RequestedView = {
  filter: ALL,
  shape: 'signatures',
  time: null,
  sort: { column: 'seen', descending: true },
  selected: null,
}

const DENIED = include(ALL, 'action', 'Deny')

function setUp() {
  const posted: ToWorker[] = []
  const frames: (() => void)[] = []
  let deliver: (message: FromWorker) => void = vi.fn()
  const port: Port = {
    postMessage: (message) => posted.push(message),
    addEventListener: (_type, listener) => {
      deliver = (data) => listener({ data } as MessageEvent<FromWorker>) // all that the client reads of the event
    },
  }
  const clock = new ManualClock()
  const paints: (() => void)[] = []
  const client = new StoreClient(
    { live: port, files: () => port },
    (run) => frames.push(run),
    clock,
    (run) => paints.push(run),
  )
  const paint = () => {
    for (const run of paints.splice(0)) run()
  }
  const nextFrame = () => {
    for (const run of frames.splice(0)) run()
  }
  const views = () => posted.filter((message) => message.type === 'view')
  return {
    client,
    clock,
    port,
    posted,
    views,
    nextFrame,
    paint,
    deliver: (message: FromWorker) => deliver(message),
  }
}

function answer(seq: number, total: number, appended = 0): Extract<FromWorker, { type: 'view' }> {
  return {
    type: 'view',
    seq,
    status: NOTHING_HELD,
    time: null,
    newest: null,
    window: { ...EMPTY_WINDOW, total, held: total, appended },
  }
}

/** The counts of a request with one facet, of so many records. */
function counts(seq: number, records: number): FromWorker {
  const facet = { field: 'dst.ns', values: [], distinct: 0, records, denied: 0 } as const
  return { type: 'counts', seq, facets: [facet], histogram: null, isPartial: false }
}

describe('the store client', () => {
  test('requests once a frame, the newest view', () => {
    const { client, views, nextFrame } = setUp()
    client.setView(VIEW)
    client.setWindow(40, 80)
    client.setView({ ...VIEW, shape: 'intervals' })
    expect(views()).toHaveLength(0)
    nextFrame()
    expect(views()).toHaveLength(1)
    expect(views()[0]?.view).toMatchObject({ shape: 'intervals', offset: 40, limit: 80, frozen: null })
  })

  test('drops an answer that is not to its newest request', () => {
    const { client, nextFrame, deliver } = setUp()
    client.setView(VIEW)
    nextFrame()
    client.setView({ ...VIEW, shape: 'intervals' })
    nextFrame()
    deliver(answer(1, 111))
    expect(client.snapshot().answer).toBeNull()
    deliver(answer(2, 222))
    expect(client.snapshot().answer?.window.total).toBe(222)
  })

  test('takes the first rows from an answer to a request whose window was of another size', () => {
    const { client, nextFrame, deliver } = setUp()
    client.setView(VIEW)
    nextFrame()
    client.setWindow(0, 120)
    nextFrame()
    deliver(answer(1, 0))
    deliver(answer(1, 111))
    expect(client.snapshot().answer?.window.total).toBe(111)
    deliver(answer(1, 112))
    expect(client.snapshot().answer?.window.total).toBe(111)
    deliver(answer(2, 113))
    expect(client.snapshot().answer?.window.total).toBe(113)
    client.close()
    client.open({ kind: 'live', endpoint: 'http://lab/', history: 0, scope: ALL })
    nextFrame()
    deliver(answer(2, 114))
    expect(client.snapshot().answer).toBeNull()
  })

  test('does not open a source anew that was opened before it was there', () => {
    const { client, posted } = setUp()
    const source = { kind: 'live', endpoint: 'http://lab/', history: 0, scope: ALL } as const
    client.adopt(source)
    client.open({ ...source })
    client.setBudget(64e6)
    expect(posted).toEqual([{ type: 'budget', budget: 64e6 }])
  })

  test('lets a changed view be rendered together with its rows', () => {
    const { client, nextFrame, deliver } = setUp()
    const rendered: (number | undefined)[] = []
    const render = () => rendered.push(client.snapshot().answer?.window.total)
    client.setView(VIEW)
    client.scheduleRender(render)
    expect(rendered).toEqual([undefined])
    nextFrame()
    deliver(answer(1, 111))
    client.subscribe(() => rendered.push(client.snapshot().answer?.window.total))

    client.setView({ ...VIEW, shape: 'intervals' })
    client.scheduleRender(render)
    // An answer before the frame that posts the request is to the view of before.
    deliver(answer(1, 112))
    expect(rendered).toEqual([undefined, 112])
    nextFrame()
    deliver(answer(2, 222))
    expect(rendered).toEqual([undefined, 112, 112, 222])
  })

  test('takes no order from an answer to what the page has changed since', () => {
    const { client, views, nextFrame, deliver } = setUp()
    client.setTableUse('pointer', true)
    client.setView(VIEW)
    nextFrame()
    client.setTableUse('pointer', false)
    const status: Status = { ...NOTHING_HELD, source: { state: 'live' } }
    deliver({ ...answer(1, 3), status })
    nextFrame()
    expect(views().at(-1)?.view.arrangement).toBeNull()
    deliver({ ...answer(2, 5), status })
    nextFrame()
    expect(views().at(-1)?.view.arrangement).toEqual(expect.any(Number))
  })

  test('renders the first row that is opened together with its answer, and another one or none at once', () => {
    const { client, nextFrame, deliver } = setUp()
    const render = vi.fn<() => void>()
    client.setView(VIEW)
    nextFrame()
    deliver(answer(1, 111))
    client.setView({ ...VIEW, selected: 'a' })
    client.scheduleRender(render)
    nextFrame()
    expect(render).not.toHaveBeenCalled()
    deliver(answer(2, 111))
    expect(render).toHaveBeenCalledTimes(1)
    client.setView({ ...VIEW, selected: 'b' })
    client.scheduleRender(render)
    expect(render).toHaveBeenCalledTimes(2)
    client.setView(VIEW)
    client.scheduleRender(render)
    expect(render).toHaveBeenCalledTimes(3)
  })

  test('renders without the rows when they take longer than 50 ms', () => {
    const { client, clock, nextFrame, deliver } = setUp()
    const render = vi.fn<() => void>()
    client.setView(VIEW)
    nextFrame()
    deliver(answer(1, 111))
    client.setView({ ...VIEW, shape: 'intervals' })
    client.scheduleRender(render)
    nextFrame()
    clock.advance(49)
    expect(render).not.toHaveBeenCalled()
    clock.advance(1)
    expect(render).toHaveBeenCalledTimes(1)
    deliver(answer(2, 222))
    expect(render).toHaveBeenCalledTimes(1)
    expect(clock.waiting).toBe(0)
  })

  test('freezes the view at the answer that is shown while it is paused', () => {
    const { client, views, nextFrame, deliver } = setUp()
    client.setView(VIEW)
    nextFrame()
    deliver({ ...answer(1, 1, 7), newest: 1_700_000_007 })
    client.pause(true)
    // Answered before the worker heard of it.
    deliver(answer(1, 1, 8))
    expect(client.snapshot().answer?.window.appended).toBe(7)
    nextFrame()
    expect(views().at(-1)?.view.frozen).toEqual({ appended: 7, newest: 1_700_000_007 })
    client.pause(false)
    nextFrame()
    expect(views().at(-1)?.view.frozen).toBeNull()
  })

  test('stands at nothing when it is paused before anything was shown', () => {
    const { client, views, nextFrame } = setUp()
    client.setView(VIEW)
    client.pause(true)
    nextFrame()
    expect(views().at(-1)?.view.frozen).toEqual({ appended: 0, newest: null })
  })

  test('requests facets until they are released', () => {
    const { client, views, nextFrame } = setUp()
    client.setView(VIEW)
    const release = client.requestFacets([{ field: 'dst.ns', search: '', limit: 10 }])
    nextFrame()
    expect(views().at(-1)?.facets).toEqual([{ field: 'dst.ns', search: '', limit: 10 }])
    release()
    nextFrame()
    expect(views().at(-1)?.facets).toEqual([])
  })

  test('draws counts after the rows are painted, and those of an older filter not at all', () => {
    const { client, nextFrame, paint, deliver } = setUp()
    const request = { field: 'dst.ns', search: '', limit: 10 } as const
    client.setView(VIEW)
    client.requestFacets([request])
    nextFrame()
    const counted = () => client.snapshot().counts.facets.get(request)?.records
    deliver(answer(1, 5))
    deliver(counts(1, 5))
    expect(counted()).toBeUndefined()
    paint()
    expect(counted()).toBe(5)
    client.setView({ ...VIEW, filter: DENIED })
    nextFrame()
    deliver(counts(1, 6))
    paint()
    expect(counted()).toBe(5)
    deliver(counts(2, 3))
    paint()
    expect(counted()).toBe(3)
  })

  test('says since which request the counts are the same, and takes those of a request since', () => {
    const { client, views, nextFrame, paint, deliver } = setUp()
    const request = { field: 'dst.ns', search: '', limit: 10 } as const
    client.setView(VIEW)
    let release = client.requestFacets([request])
    const since = () => {
      nextFrame()
      return views().at(-1)?.countsSince
    }
    expect(since()).toBe(1)
    client.setWindow(40, 80)
    expect(since()).toBe(1)
    client.setView({ ...VIEW, sort: { column: 'conns', descending: false }, selected: 'a' })
    expect(since()).toBe(1)
    deliver(counts(1, 5))
    paint()
    expect(client.snapshot().counts.facets.get(request)?.records).toBe(5)
    client.setView({ ...VIEW, filter: DENIED })
    client.setView(VIEW)
    expect(since()).toBe(1)
    client.pause(true)
    expect(since()).toBe(6)
    // An equal request of another component is not the same one: its counts are looked up by identity.
    release()
    release = client.requestFacets([{ ...request }])
    expect(since()).toBe(7)
    client.open({ kind: 'url', url: 'http://localhost/capture', name: 'capture' })
    expect(since()).toBe(9)
    release()
  })

  test('hears how far a source is read without another number of what is held', () => {
    const { client, nextFrame, deliver } = setUp()
    client.setView(VIEW)
    nextFrame()
    const holdings = { ...NOTHING_HELD.holdings, records: 5 }
    deliver({ ...answer(1, 5), status: { ...NOTHING_HELD, holdings } })
    const source = { state: 'reading', from: 0, percent: 40 } as const
    deliver({ type: 'progress', source })
    expect(client.snapshot().status).toMatchObject({ source, holdings: { records: 5 } })
  })

  test('keeps what is equal in a status or a facet, so that nothing is rendered for it', () => {
    const { client, nextFrame, paint, deliver } = setUp()
    const request = { field: 'dst.ns', search: '', limit: 10 } as const
    client.setView(VIEW)
    client.requestFacets([request])
    nextFrame()
    deliver(structuredClone(answer(1, 5)))
    deliver(counts(1, 5))
    paint()
    const before = client.snapshot()
    deliver(structuredClone(answer(1, 6)))
    deliver(counts(1, 5))
    paint()
    expect(client.snapshot().status).toBe(before.status)
    expect(client.snapshot().counts.facets.get(request)).toBe(before.counts.facets.get(request))
    expect(client.snapshot().answer).not.toBe(before.answer)
  })

  test('drops its answer and lets go of the view when another source is opened', () => {
    const { client, posted, nextFrame, deliver } = setUp()
    client.setView(VIEW)
    nextFrame()
    deliver(answer(1, 5))
    client.pause(true)
    client.open({ kind: 'url', url: 'http://localhost/capture', name: 'capture' })
    expect(client.snapshot().answer).toBeNull()
    expect(client.snapshot().paused).toBe(false)
    expect(posted.at(-1)?.type).toBe('open')
  })

  test('tells the worker of another budget at once, and opens the next source with it', () => {
    const { client, posted } = setUp()
    client.setBudget(5_000_000)
    client.open({ kind: 'url', url: 'http://localhost/capture', name: 'capture' })
    expect(posted.findLast(({ type }) => type === 'open')).toMatchObject({ budget: 5_000_000 })
    client.setBudget(7_000_000)
    expect(posted.at(-1)).toEqual({ type: 'budget', budget: 7_000_000 })
    client.comeBack()
    expect(posted.findLast(({ type }) => type === 'open')).toMatchObject({ budget: 7_000_000 })
  })

  test('drops an answer for the source that was open before', () => {
    const { client, nextFrame, deliver } = setUp()
    client.setView(VIEW)
    nextFrame()
    client.open({ kind: 'url', url: 'http://localhost/capture', name: 'capture' })
    deliver(answer(1, 5))
    expect(client.snapshot().answer).toBeNull()
  })

  test('answers each question once, and lets go of the signal then', async () => {
    const { client, posted, deliver } = setUp()
    const { signal } = new AbortController()
    const removed = vi.spyOn(signal, 'removeEventListener')
    const asked = client.ask({ about: 'count', filter: ALL, time: null }, signal)
    const question = posted.at(-1)
    if (question?.type !== 'ask') throw new Error('the question was posted')
    deliver({ type: 'answer', id: question.id, answer: 7 })
    expect(await asked).toBe(7)
    expect(removed).toHaveBeenCalledOnce()
  })

  test('a question from before a source was opened is repeated to that source', async () => {
    const { client, posted, deliver } = setUp()
    const asked = client.ask({ about: 'count', filter: ALL, time: null }, new AbortController().signal)
    client.open({ kind: 'url', url: 'http://localhost/capture', name: 'capture' })
    expect(posted.map(({ type }) => type).slice(-2)).toEqual(['open', 'ask'])
    const question = posted.at(-1)
    if (question?.type !== 'ask') throw new Error('the question was posted')
    deliver({ type: 'answer', id: question.id, answer: 7 })
    expect(await asked).toBe(7)
    // An answered question is not repeated.
    client.open({ kind: 'url', url: 'http://localhost/other', name: 'other' })
    expect(posted.at(-1)?.type).toBe('open')
  })

  test('a question that is aborted is rejected with the reason', async () => {
    const { client } = setUp()
    const abort = new AbortController()
    const asked = client.ask({ about: 'count', filter: ALL, time: null }, abort.signal)
    abort.abort(new Error('the panel was closed'))
    await expect(asked).rejects.toThrow('the panel was closed')
  })

  test('says that a worker failed, whether it is in use or opened later', () => {
    const { client, port } = setUp()
    client.fail(port, 'a worker did not load')
    expect(client.snapshot().status.source).toMatchObject({
      state: 'failed',
      trouble: { kind: 'bug', detail: 'a worker did not load' },
    })
    client.open({ kind: 'url', url: 'http://localhost/capture', name: 'capture' })
    expect(client.snapshot().status.source.state).toBe('failed')
  })
})
