import { expect, test } from 'vitest'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { Turns } from './turns.ts'

const never = new AbortController().signal

test('so many at a time have a turn, and the next one goes to who has waited longest', async () => {
  const turns = new Turns(2, new ManualClock())
  const [first, second] = [await turns.take(100, never), await turns.take(100, never)]
  const order: string[] = []
  const third = turns.take(100, never).then((giveBack) => (order.push('third'), giveBack))
  const fourth = turns.take(100, never).then((giveBack) => (order.push('fourth'), giveBack))
  expect(turns.waiting).toBe(2)
  first?.()
  first?.()
  const giveBackThird = await third
  expect([order, turns.waiting]).toEqual([['third'], 1])
  giveBackThird?.()
  await fourth
  expect(turns.waiting).toBe(0)
  second?.()
})

test('who waits too long gets none, and takes none', async () => {
  const clock = new ManualClock()
  const turns = new Turns(1, clock)
  const giveBack = await turns.take(100, never)
  const late = turns.take(100, never)
  clock.advance(100)
  expect(await late).toBeNull()
  giveBack?.()
  expect(await turns.take(100, never)).not.toBeNull()
  expect(clock.waiting).toBe(0)
})

test('who has gone leaves the line', async () => {
  const clock = new ManualClock()
  const turns = new Turns(1, clock)
  await turns.take(100, never)
  const gone = new AbortController()
  const waiting = turns.take(100, gone.signal)
  gone.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  expect([turns.waiting, clock.waiting]).toEqual([0, 0])
  await expect(turns.take(100, gone.signal)).rejects.toThrow('gone')
})
