import { expect, test } from 'vitest'

import { ManualClock } from '../../lib/testing/manual-clock.ts'
import { Observable } from '../../lib/observable.ts'
import { EMPTY_WINDOW } from '../testing/empty-window.ts'
import { NO_COUNTS, NOTHING_HELD, type Snapshot } from './client-snapshot.ts'
import { untilFirstRows } from './first-rows.ts'

const CONNECTING: Snapshot = {
  status: { ...NOTHING_HELD, source: { state: 'connecting' } },
  answer: null,
  counts: NO_COUNTS,
  paused: false,
}

function answered(total: number, state: 'reading' | 'live'): Snapshot {
  return {
    paused: false,
    counts: NO_COUNTS,
    status: {
      ...NOTHING_HELD,
      source: state === 'live' ? { state } : { state, from: 0, percent: null },
    },
    answer: {
      time: null,
      newest: null,
      window: { ...EMPTY_WINDOW, total, held: total },
      open: null,
    },
  }
}

function setUp() {
  const snapshot = new Observable<Snapshot>(CONNECTING)
  const page = new EventTarget()
  const frames: FrameRequestCallback[] = []
  const clock = new ManualClock()
  let isDone = false
  const first = untilFirstRows(
    { subscribe: snapshot.subscribe, snapshot: snapshot.get },
    {
      addEventListener: page.addEventListener.bind(page),
      requestAnimationFrame: (callback: FrameRequestCallback) => frames.push(callback),
    },
    clock,
  )
  void first.then(() => {
    isDone = true
  })
  const nextFrame = () => {
    for (const callback of frames.splice(0)) callback(0)
  }
  const settle = async () => {
    await Promise.resolve()
    return isDone
  }
  return { snapshot, page, clock, nextFrame, settle }
}

test('waits until the first rows were painted, which the first task after the second frame tells', async () => {
  const { snapshot, clock, nextFrame, settle } = setUp()
  snapshot.set(answered(0, 'reading'))
  nextFrame()
  nextFrame()
  expect(await settle()).toBe(false)
  snapshot.set(answered(3, 'reading'))
  nextFrame()
  expect(await settle()).toBe(false)
  nextFrame()
  expect(await settle()).toBe(false)
  clock.advance(0)
  expect(await settle()).toBe(true)
})

test('does not wait for rows where a live source has none', async () => {
  const { snapshot, clock, nextFrame, settle } = setUp()
  snapshot.set(answered(0, 'live'))
  nextFrame()
  nextFrame()
  clock.advance(0)
  expect(await settle()).toBe(true)
})

test('ends with the reader’s first act', async () => {
  const { page, settle } = setUp()
  page.dispatchEvent(new Event('keydown'))
  expect(await settle()).toBe(true)
})

test('ends after three seconds without an answer', async () => {
  const { clock, settle } = setUp()
  clock.advance(2999)
  expect(await settle()).toBe(false)
  clock.advance(1)
  expect(await settle()).toBe(true)
})
