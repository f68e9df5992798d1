import { describe, expect, test, vi } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import type { FromWorker, ToWorker } from '../../store/protocol.ts'
import { NOTHING_HELD, type Port, StoreClient, type Wish } from './store-client.ts'

const WISH: Wish = {
  filter: ALL,
  shape: 'flows',
  time: null,
  sort: { column: 'seen', descending: true },
  selected: null,
}

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
  const client = new StoreClient({ live: port, files: () => port }, (run) => frames.push(run))
  const nextFrame = () => {
    for (const run of frames.splice(0)) run()
  }
  const views = () => posted.filter((message) => message.type === 'view')
  return { client, port, posted, views, nextFrame, deliver: (message: FromWorker) => deliver(message) }
}

function answer(seq: number, total: number): FromWorker {
  return {
    type: 'view',
    seq,
    status: NOTHING_HELD,
    time: null,
    newest: null,
    window: { offset: 0, rows: [], total, held: total, waiting: 0, selected: null },
    facets: [],
    histogram: null,
  }
}

describe('the store client', () => {
  test('asks once a frame, for the newest wish', () => {
    const { client, views, nextFrame } = setUp()
    client.setWish(WISH)
    client.setRange(40, 80)
    client.setWish({ ...WISH, shape: 'intervals' })
    expect(views()).toHaveLength(0)
    nextFrame()
    expect(views()).toHaveLength(1)
    expect(views()[0]?.view).toMatchObject({ shape: 'intervals', offset: 40, limit: 80, frozen: false })
  })

  test('drops an answer that is not to its newest question', () => {
    const { client, nextFrame, deliver } = setUp()
    client.setWish(WISH)
    nextFrame()
    client.setWish({ ...WISH, shape: 'intervals' })
    nextFrame()
    deliver(answer(1, 111))
    expect(client.snapshot().answer).toBeNull()
    deliver(answer(2, 222))
    expect(client.snapshot().answer?.window.total).toBe(222)
  })

  test('lets what shows the wish be drawn together with its rows', () => {
    const { client, nextFrame, deliver } = setUp()
    const drawn: (number | undefined)[] = []
    const draw = () => drawn.push(client.snapshot().answer?.window.total)
    client.setWish(WISH)
    client.whenAnswered(draw)
    expect(drawn).toEqual([undefined])
    nextFrame()
    deliver(answer(1, 111))
    client.subscribe(() => drawn.push(client.snapshot().answer?.window.total))

    client.setWish({ ...WISH, shape: 'intervals' })
    client.whenAnswered(draw)
    // What comes before the frame that asks is of the wish before.
    deliver(answer(1, 112))
    expect(drawn).toEqual([undefined, 112])
    nextFrame()
    deliver(answer(2, 222))
    expect(drawn).toEqual([undefined, 112, 112, 222])
  })

  test('does not wait for rows that stay, as when one of them is opened', () => {
    const { client, nextFrame, deliver } = setUp()
    const draw = vi.fn()
    client.setWish(WISH)
    nextFrame()
    deliver(answer(1, 111))
    client.setWish({ ...WISH, selected: 'a' })
    client.whenAnswered(draw)
    expect(draw).toHaveBeenCalledTimes(1)
  })

  test('is drawn without its rows when they take too long', () => {
    vi.useFakeTimers()
    try {
      const { client, nextFrame, deliver } = setUp()
      const draw = vi.fn()
      client.setWish(WISH)
      nextFrame()
      deliver(answer(1, 111))
      client.setWish({ ...WISH, shape: 'intervals' })
      client.whenAnswered(draw)
      nextFrame()
      vi.advanceTimersByTime(40)
      expect(draw).not.toHaveBeenCalled()
      vi.advanceTimersByTime(40)
      expect(draw).toHaveBeenCalledTimes(1)
      deliver(answer(2, 222))
      expect(draw).toHaveBeenCalledTimes(1)
    } finally {
      vi.useRealTimers()
    }
  })

  test('stands still while anything holds it', () => {
    const { client, views, nextFrame } = setUp()
    client.setWish(WISH)
    client.hold('pause', true)
    client.hold('scroll', true)
    client.hold('pause', false)
    nextFrame()
    expect(views().at(-1)?.view.frozen).toBe(true)
    client.hold('scroll', false)
    nextFrame()
    expect(views().at(-1)?.view.frozen).toBe(false)
  })

  test('asks for facets as long as somebody looks at them', () => {
    const { client, views, nextFrame } = setUp()
    client.setWish(WISH)
    const release = client.requestFacets([{ field: 'dst.ns', search: '', limit: 10 }])
    nextFrame()
    expect(views().at(-1)?.facets).toEqual([{ field: 'dst.ns', search: '', limit: 10 }])
    release()
    nextFrame()
    expect(views().at(-1)?.facets).toEqual([])
  })

  test('forgets what it showed when another source is opened', () => {
    const { client, posted, nextFrame, deliver } = setUp()
    client.setWish(WISH)
    nextFrame()
    deliver(answer(1, 5))
    client.hold('pause', true)
    client.open({ kind: 'url', url: 'http://localhost/capture', name: 'capture' })
    expect(client.snapshot().answer).toBeNull()
    expect(client.snapshot().holds.size).toBe(0)
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
    client.setWish(WISH)
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

  test('a question that came before the source is asked again of the source', async () => {
    const { client, posted, deliver } = setUp()
    const asked = client.ask({ about: 'count', filter: ALL, time: null }, new AbortController().signal)
    client.open({ kind: 'url', url: 'http://localhost/capture', name: 'capture' })
    expect(posted.map(({ type }) => type).slice(-2)).toEqual(['open', 'ask'])
    const question = posted.at(-1)
    if (question?.type !== 'ask') throw new Error('the question was posted')
    deliver({ type: 'answer', id: question.id, answer: 7 })
    expect(await asked).toBe(7)
    // It is answered, and not asked of what is opened next.
    client.open({ kind: 'url', url: 'http://localhost/other', name: 'other' })
    expect(posted.at(-1)?.type).toBe('open')
  })

  test('a question that is given up is refused with the reason', async () => {
    const { client } = setUp()
    const abort = new AbortController()
    const asked = client.ask({ about: 'count', filter: ALL, time: null }, abort.signal)
    abort.abort(new Error('nobody looks any more'))
    await expect(asked).rejects.toThrow('nobody looks any more')
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
