import { expect, test } from 'vitest'

import type { TraceEvent } from './trace-summary.ts'
import { formatTimeline, timelineOf } from './trace-timeline.ts'

const PID = 7
const MAIN = 1
const WORKER = 2

const event = (name: string, tid: number, ts: number, dur: number, type?: string): TraceEvent => ({
  name,
  ph: 'X',
  pid: PID,
  tid,
  ts,
  dur,
  ...(type === undefined ? {} : { args: { data: { type } } }),
})
const named = (tid: number, name: string): TraceEvent => ({
  name: 'thread_name',
  ph: 'M',
  pid: PID,
  tid,
  args: { name },
})

const ACT: readonly TraceEvent[] = [
  named(MAIN, 'CrRendererMain'),
  named(WORKER, 'SharedWorker thread'),
  named(3, 'Compositor'),
  event('RunTask', MAIN, 1000, 3000),
  event('RunTask', MAIN, 5000, 4000),
  event('EventDispatch', MAIN, 900, 10, 'click'),
  event('EventDispatch', MAIN, 5100, 10, 'mousedown'),
  event('EventDispatch', MAIN, 6000, 2000, 'click'),
  event('RunTask', WORKER, 7000, 6000),
  event('RunTask', 3, 7000, 6000),
  event('RunTask', MAIN, 13_000, 500),
  event('RunTask', MAIN, 14_000, 10_000),
  event('UpdateLayoutTree', MAIN, 14_500, 1500),
  event('Layout', MAIN, 16_000, 2000),
  event('Paint', MAIN, 18_000, 3000),
  // A paint within a paint is counted once.
  event('Paint', MAIN, 18_500, 1000),
  event('Layout', WORKER, 15_000, 500),
  event('RunTask', MAIN, 900_000, 5000),
]

test('a timeline begins with the task of the last click or key, and names the work of each task', () => {
  expect(timelineOf(ACT)).toEqual([
    { thread: 'main thread', at: -1, took: 4, style: 0, layout: 0, paint: 0 },
    { thread: 'worker', at: 1, took: 6, style: 0, layout: 0, paint: 0 },
    { thread: 'main thread', at: 8, took: 10, style: 1.5, layout: 2, paint: 3 },
  ])
})

test('without an input there is none', () => {
  expect(timelineOf(ACT.filter(({ name }) => name !== 'EventDispatch'))).toEqual([])
})

test('a line says when a task began and what it did', () => {
  expect(formatTimeline(timelineOf(ACT)).split('\n').slice(-2)).toEqual([
    '| 1.0 | worker | 6.0 |  |  |  |',
    '| 8.0 | main thread | 10.0 | 1.5 | 2.0 | 3.0 |',
  ])
})
