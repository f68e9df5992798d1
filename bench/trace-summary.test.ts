import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { formatSummary, summariseTrace, type TraceEvent } from './trace-summary.ts'

const PID = 7
const MAIN = 1
const WORKER = 2
const SAMPLER = 3

function named(tid: number, name: string): TraceEvent {
  return { name: 'thread_name', ph: 'M', pid: PID, tid, args: { name } }
}

const task = (tid: number, ts: number, dur: number): TraceEvent => ({
  name: 'RunTask',
  ph: 'X',
  pid: PID,
  tid,
  ts,
  dur,
})

const profile = (tid: number, id: string): TraceEvent => ({ name: 'Profile', ph: 'P', pid: PID, tid, id })

function chunk(
  id: string,
  functions: readonly (readonly [number, string])[],
  samples: readonly number[],
  timeDeltas: readonly number[],
): TraceEvent {
  const nodes = functions.map(([node, functionName]) => ({
    id: node,
    callFrame: { functionName, url: 'http://127.0.0.1/assets/main.js', lineNumber: 9 },
  }))
  const data = { cpuProfile: { nodes, samples }, timeDeltas }
  return { name: 'ProfileChunk', ph: 'P', pid: PID, tid: SAMPLER, id, args: { data } }
}

describe('a summary', () => {
  test('gives each sample the time until the next, across chunks, to the thread that was profiled', () => {
    const [main, worker] = summariseTrace([
      named(MAIN, 'CrRendererMain'),
      named(WORKER, 'SharedWorker thread'),
      named(SAMPLER, 'v8:ProfEvntProc'),
      task(MAIN, 0, 9000),
      task(WORKER, 0, 1000),
      profile(MAIN, '0x1'),
      profile(WORKER, '0x2'),
      chunk(
        '0x1',
        [
          [1, 'render'],
          [2, 'layout'],
        ],
        [1, 1, 2],
        [500, 1000, 2000],
      ),
      chunk('0x2', [[1, 'decode']], [1, 1], [100, 700]),
      chunk('0x1', [], [2, 1], [4000, 3000]),
    ])
    expect(main).toMatchObject({ kind: 'main thread', tid: MAIN, busy: 9, longest: 9 })
    expect(main?.functions).toEqual([
      { name: 'layout main.js:10', self: 7 },
      { name: 'render main.js:10', self: 3 },
    ])
    expect(worker).toMatchObject({ kind: 'worker', tid: WORKER, busy: 1 })
    expect(worker?.functions).toEqual([{ name: 'decode main.js:10', self: 0.7 }])
  })

  test('leaves out idle time, and threads that ran no JavaScript', () => {
    const events = [
      named(MAIN, 'CrRendererMain'),
      profile(MAIN, '0x1'),
      {
        ...chunk('0x1', [], [1, 2, 1], [10, 10, 10]),
        args: {
          data: {
            cpuProfile: {
              nodes: [
                { id: 1, callFrame: { functionName: '(idle)' } },
                { id: 2, callFrame: { functionName: '(garbage collector)' } },
              ],
              samples: [1, 2, 1],
            },
            timeDeltas: [10, 10, 10],
          },
        },
      },
    ]
    expect(summariseTrace(events)[0]?.functions).toEqual([{ name: '(garbage collector)', self: 0.01 }])
    expect(summariseTrace([named(MAIN, 'CrRendererMain'), task(MAIN, 0, 5)])).toEqual([])
    expect(formatSummary([], 10)).toContain('no thread')
  })

  test('counts each microsecond of overlapping and nested tasks once', () => {
    const tasks = fc.array(fc.record({ ts: fc.nat(300), dur: fc.nat(60) }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(tasks, (list) => {
        const busy = new Set(
          list.flatMap(({ ts, dur }) => Array.from({ length: dur }, (_, offset) => ts + offset)),
        )
        const [main] = summariseTrace([
          named(MAIN, 'CrRendererMain'),
          profile(MAIN, '0x1'),
          chunk('0x1', [[1, 'render']], [1, 1], [1, 1]),
          ...list.map(({ ts, dur }) => task(MAIN, ts, dur)),
        ])
        expect(main?.busy).toBeCloseTo(busy.size / 1000)
      }),
    )
  })

  test('prints the functions with most self time of each thread', () => {
    const functions = [
      { name: 'layout a.js:1', self: 7 },
      { name: 'render a.js:2', self: 3 },
    ]
    const text = formatSummary([{ kind: 'worker', pid: 1, tid: 2, busy: 12, longest: 9, functions }], 1)
    expect(text).toBe(
      [
        'The worker (thread 2) was busy for 12 ms; longest task 9 ms',
        '',
        '| self time | function |',
        '| --- | --- |',
        '| 7.0 ms | layout a.js:1 |',
      ].join('\n'),
    )
  })
})
