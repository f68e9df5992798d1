import { setMaxListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import type { WholeAnswer } from './ask-goldmane.ts'
import { browserLeft } from './request/refused-call.ts'
import { SharedAnswers } from './shared-answers.ts'

interface Asked {
  readonly path: string
  readonly signal: AbortSignal
  readonly reply: (answer: WholeAnswer) => void
}

const ok = (bytes = 10): WholeAnswer => ({ frames: [], bytes, status: { code: 0, message: '' } })
const failed: WholeAnswer = { frames: [], bytes: 0, status: { code: 14, message: 'away' } }
const alice = () => ({ client: 'alice', signal: new AbortController().signal })
const request = (number: number) => Uint8Array.of(number)

function start(maxCalls = 4) {
  const clock = new ManualClock()
  const asked: Asked[] = []
  const answers = new SharedAnswers(
    (path, _, signal) => new Promise((reply) => asked.push({ path, signal, reply })),
    clock,
    maxCalls,
  )
  return { clock, asked, answers }
}

/** Asks, and answers at once what reached Goldmane. */
async function askAndReply(
  { asked, answers }: ReturnType<typeof start>,
  number: number,
  answer: WholeAnswer,
): Promise<WholeAnswer> {
  const known = asked.length
  const promise = answers.answer('/List', request(number), alice())
  await Promise.resolve()
  await Promise.resolve()
  if (asked.length > known) asked.at(-1)?.reply(answer)
  return promise
}

describe('an answer', () => {
  test('is shared for 15 s from when it was asked for', async () => {
    const scene = start()
    const answer = ok()
    expect(await askAndReply(scene, 1, answer)).toBe(answer)
    scene.clock.advance(14_999)
    expect(await askAndReply(scene, 1, ok())).toBe(answer)
    expect(scene.answers.cachedBytes).toBe(10)
    scene.clock.advance(1)
    expect(scene.answers.cachedBytes).toBe(0)
    expect(await askAndReply(scene, 1, ok())).not.toBe(answer)
    expect(scene.asked).toHaveLength(2)
  })

  test('that took longer is for those who waited for it alone', async () => {
    const scene = start()
    const waiting = [1, 2].map(() => scene.answers.answer('/List', request(1), alice()))
    await Promise.resolve()
    scene.clock.advance(20_000)
    scene.asked[0]?.reply(ok())
    await Promise.all(waiting)
    expect(scene.answers.cachedBytes).toBe(0)
    await askAndReply(scene, 1, ok())
    expect(scene.asked).toHaveLength(2)
  })

  test('is not shared between methods or requests', async () => {
    const scene = start()
    const answer = ok()
    await askAndReply(scene, 1, answer)
    expect(await askAndReply(scene, 2, ok())).not.toBe(answer)
    void scene.answers.answer('/FilterHints', request(1), alice())
    await Promise.resolve()
    expect(scene.asked.map(({ path }) => path)).toEqual(['/List', '/List', '/FilterHints'])
  })

  test('is not one that came before, for who asks for a fresh one', async () => {
    const scene = start()
    await askAndReply(scene, 1, ok(30))
    const fresh = scene.answers.answer('/List', request(1), { ...alice(), isFresh: true })
    // Another one who wants it fresh has no need of a call of its own.
    const another = scene.answers.answer('/List', request(1), { ...alice(), isFresh: true })
    await Promise.resolve()
    expect(scene.asked).toHaveLength(2)
    const answer = ok(40)
    scene.asked[1]?.reply(answer)
    expect(await fresh).toBe(answer)
    expect(await another).toBe(answer)
    expect(await askAndReply(scene, 1, ok())).toBe(answer)
    expect(scene.answers.cachedBytes).toBe(40)
  })

  test('that is an error is for those who waited for it alone', async () => {
    const scene = start()
    expect(await askAndReply(scene, 1, failed)).toBe(failed)
    const answer = ok()
    expect(await askAndReply(scene, 1, answer)).toBe(answer)
  })

  test('leaves when there are too many bytes, the oldest first', async () => {
    const scene = start()
    for (const number of [1, 2, 3]) await askAndReply(scene, number, ok(30 << 20))
    expect(scene.answers.cachedBytes).toBe(60 << 20)
    await askAndReply(scene, 3, ok())
    expect(scene.asked).toHaveLength(3)
    await askAndReply(scene, 1, ok())
    expect(scene.asked).toHaveLength(4)
  })
})

describe('a viewer who leaves', () => {
  test('does not cancel the call of another', async () => {
    const scene = start()
    const leaving = new AbortController()
    const left = scene.answers.answer('/List', request(1), { ...alice(), signal: leaving.signal })
    const other = scene.answers.answer('/List', request(1), alice())
    await Promise.resolve()
    leaving.abort(browserLeft())
    await expect(left).rejects.toThrow('The browser went away')
    expect(scene.asked[0]?.signal.aborted).toBe(false)
    const answer = ok()
    scene.asked[0]?.reply(answer)
    expect(await other).toBe(answer)
  })

  test('cancels the call when it was the last one, and the next one asks anew', async () => {
    const scene = start()
    const leaving = new AbortController()
    const left = scene.answers.answer('/List', request(1), { ...alice(), signal: leaving.signal })
    await Promise.resolve()
    leaving.abort(browserLeft())
    await expect(left).rejects.toThrow('The browser went away')
    expect(scene.asked[0]?.signal.aborted).toBe(true)
    scene.asked[0]?.reply(failed)
    const answer = ok()
    expect(await askAndReply(scene, 1, answer)).toBe(answer)
  })

  test('leaves the line, and the next one has the place', async () => {
    const scene = start(1)
    const leaving = new AbortController()
    const first = scene.answers.answer('/List', request(1), alice())
    const second = scene.answers.answer('/List', request(2), { ...alice(), signal: leaving.signal })
    const third = scene.answers.answer('/List', request(3), alice())
    expect([scene.answers.callsInFlight, scene.answers.callsWaiting]).toEqual([1, 2])
    await Promise.resolve()
    leaving.abort(browserLeft())
    await expect(second).rejects.toThrow('The browser went away')
    scene.asked[0]?.reply(ok())
    await first
    await expect.poll(() => scene.asked.length).toBe(2)
    scene.asked[1]?.reply(ok())
    await third
    expect([scene.answers.callsInFlight, scene.answers.callsWaiting]).toEqual([0, 0])
  })
})

test.each([
  { what: 'a thousand', count: 1001, clients: 11, why: 'More than 1000 calls wait for an answer already' },
  { what: 'a hundred of one client', count: 101, clients: 1, why: 'More than 100 of your calls wait' },
])('no more than $what wait', async ({ count, clients, why }) => {
  const scene = start(1)
  const leave = new AbortController()
  setMaxListeners(count, leave.signal)
  const ask = (number: number) =>
    scene.answers.answer(`/List/${number}`, request(0), {
      client: `client ${number % clients}`,
      signal: leave.signal,
    })
  const waiting = Array.from({ length: count }, (_, number) => ask(number))
  await expect(ask(count)).rejects.toThrow(why)
  leave.abort(browserLeft())
  for (const each of await Promise.allSettled(waiting)) expect(each.status).toBe('rejected')
})
