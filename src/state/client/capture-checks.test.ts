import { expect, test } from 'vitest'

import type { CaptureCheck } from '../../source/capture-check.ts'
import type { FromWorker, ToWorker } from '../../store/protocol.ts'
import { CaptureChecks } from './capture-checks.ts'
import type { Port } from './worker-ports.ts'

const FILE = new File(['{}'], 'a.jsonl')
const OK: CaptureCheck = { ok: true, id: { name: 'a.jsonl', size: 2, hash: '0123456789abcdef' } }
const TROUBLE = { kind: 'bug', say: 'The worker failed.', detail: null, retry: false } as const
const never = new AbortController().signal

function setUp() {
  const posted: ToWorker[] = []
  const listeners = new Set<(event: MessageEvent<FromWorker>) => void>()
  const port: Port = {
    postMessage: (message) => posted.push(message),
    addEventListener: (_type, listener) => listeners.add(listener),
  }
  const answer = (id: number): void => {
    for (const listener of listeners) {
      // All that is read of the event.
      listener({ data: { type: 'checked', id, check: OK } } as MessageEvent<FromWorker>)
    }
  }
  return { checks: new CaptureChecks(() => port), port, posted, answer }
}

test('an answer goes to the check that it is for', async () => {
  const { checks, posted, answer } = setUp()
  const checked = checks.check(FILE, never)
  expect(posted).toEqual([{ type: 'check', id: 1, file: FILE }])
  answer(7)
  answer(1)
  expect(await checked).toEqual(OK)
})

test('an abort rejects with the reason, and the next check has an answer of its own', async () => {
  const { checks, answer } = setUp()
  const abort = new AbortController()
  const first = checks.check(FILE, abort.signal)
  abort.abort(new Error('another file'))
  await expect(first).rejects.toThrow('another file')
  const second = checks.check(FILE, never)
  answer(1)
  answer(2)
  expect(await second).toEqual(OK)
})

test('a worker that failed answers with its sentence, before and after', async () => {
  const { checks, port } = setUp()
  const waiting = checks.check(FILE, never)
  checks.fail(port, TROUBLE)
  const refused = { ok: false, say: 'The worker failed.', reasons: [], refused: 0 }
  expect(await waiting).toEqual(refused)
  expect(await checks.check(FILE, never)).toEqual(refused)
})

test('a worker is started once for a file that is about to be chosen, with the code for files', async () => {
  const { checks, posted, answer } = setUp()
  checks.prepare()
  checks.prepare()
  const checked = checks.check(FILE, never)
  expect(posted).toEqual([{ type: 'preload' }, { type: 'check', id: 1, file: FILE }])
  answer(1)
  expect(await checked).toEqual(OK)
  checks.prepare()
  expect(posted.length).toBe(2)
})
