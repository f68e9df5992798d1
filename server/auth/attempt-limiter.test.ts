import { expect, test } from 'vitest'
import { AttemptLimiter } from './attempt-limiter.ts'

const LIMITS = { perClient: 10, total: 100, windowMs: 60_000 }

function limiterAt(start: number) {
  const time = { now: start }
  const limiter = new AttemptLimiter(LIMITS, {
    now: () => time.now,
    after: () => {
      throw new Error('it waits for nothing')
    },
  })
  return { limiter, time }
}

const attacker = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`

test('a client has ten attempts a window, and those of right tokens are given back', () => {
  const { limiter, time } = limiterAt(1_000_000)
  for (let i = 0; i < 30; i++) {
    expect(limiter.take('192.0.2.1')).toBe(0)
    limiter.giveBack('192.0.2.1')
  }
  for (let i = 0; i < 10; i++) expect(limiter.take('192.0.2.1')).toBe(0)
  expect(limiter.take('192.0.2.1')).toBe(60)
  time.now += 60_000
  expect(limiter.take('192.0.2.1')).toBe(0)
})

test('an attack from many addresses leaves every client one attempt, which is enough for the right token', () => {
  const { limiter } = limiterAt(0)
  for (let n = 0; n < 100; n++) limiter.take(attacker(n))
  for (let n = 0; n < 100; n++) expect(limiter.take(attacker(n))).toBeGreaterThan(0)
  expect(limiter.take('192.0.2.1')).toBe(0)
  expect(limiter.take('192.0.2.1')).toBeGreaterThan(0)
  limiter.giveBack('192.0.2.1')
  expect(limiter.take('192.0.2.1')).toBe(0)
})

test('it remembers at most ten thousand clients, the latest ones', () => {
  const { limiter } = limiterAt(0)
  for (let n = 0; n <= 10_000; n++) limiter.take(attacker(n))
  expect(limiter.take(attacker(10_000))).toBeGreaterThan(0)
  // The first one was forgotten, so it has its attempt again.
  expect(limiter.take(attacker(0))).toBe(0)
})
