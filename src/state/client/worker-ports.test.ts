import { describe, expect, test } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import type { FromWorker, ToWorker } from '../../store/protocol.ts'
import { isSameStream, type Port, WorkerPorts } from './worker-ports.ts'

const LIVE = { kind: 'live', endpoint: 'http://lab/', history: 0, scope: ALL } as const

test('a file that the worker was given ahead of the page is not opened again, and one that is chosen anew is', () => {
  const file = new File(['{}'], 'a.jsonl')
  const source = { kind: 'file', file } as const
  expect(isSameStream(source, source)).toBe(true)
  expect(isSameStream({ ...source }, source)).toBe(false)
})

test('a live stream is the same one by its address, scope and viewer', () => {
  expect(isSameStream({ ...LIVE }, LIVE)).toBe(true)
  expect(isSameStream({ ...LIVE, viewer: 'anna' }, LIVE)).toBe(false)
})

const HISTORY = {
  kind: 'history',
  endpoint: 'http://lab/',
  range: { from: 0, to: 60 },
  scope: ALL,
} as const
const FILE = { kind: 'file', file: new File(['{}'], 'a.jsonl') } as const

/** A worker of which the messages that were posted to it are kept, and which can be made to answer. */
function fakePort() {
  const posted: string[] = []
  const listeners: ((event: MessageEvent<FromWorker>) => void)[] = []
  const port: Port = {
    postMessage: (message: ToWorker) => void posted.push(message.type),
    addEventListener: (_type, listener) => void listeners.push(listener),
  }
  return {
    port,
    posted,
    answer: () => listeners.forEach((listen) => listen({ data: { type: 'status' } } as MessageEvent)),
    listeners,
  }
}

function twoWorkers() {
  const [live, files] = [fakePort(), fakePort()]
  let received = 0
  const ports = new WorkerPorts({ live: live.port, files: () => files.port }, () => received++)
  return { live, files, ports, received: () => received }
}

describe('what is open in the workers', () => {
  test('is closed where another one opens a file', () => {
    const { live, files, ports } = twoWorkers()
    ports.select(FILE)
    expect([live.posted, files.posted]).toEqual([['close'], []])
  })

  test('stays while the history is shown: the stream goes on beside it', () => {
    const { live, files, ports } = twoWorkers()
    ports.select(HISTORY)
    expect([live.posted, files.posted]).toEqual([[], []])
    // Back to live: the reading of the history ends.
    ports.select(LIVE)
    expect([live.posted, files.posted]).toEqual([[], ['close']])
  })

  test('is closed in all of them when the page goes away, also the stream beside a history', () => {
    const { live, files, ports } = twoWorkers()
    ports.select(HISTORY)
    ports.closeAll()
    expect([live.posted, files.posted]).toEqual([['close'], ['close']])
  })

  test('is not closed in a worker that was never started', () => {
    const { live, files, ports } = twoWorkers()
    ports.closeAll()
    expect([live.posted, files.posted, files.listeners]).toEqual([['close'], [], []])
  })

  test('is heard of from the worker in use alone, each worker once', () => {
    const { live, files, ports, received } = twoWorkers()
    ports.select(HISTORY)
    ports.select(HISTORY)
    live.answer()
    expect(received()).toBe(0)
    files.answer()
    expect(received()).toBe(1)
  })
})
