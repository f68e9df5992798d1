import { expect, test } from 'vitest'
import type { Log } from '../lib/log.ts'
import { Readiness } from './readiness.ts'

/** A gateway whose checks fail with the current troubles, and its log. */
function gateway() {
  const troubles: (string | null)[] = [null, null]
  const lines: string[] = []
  let checks = 0
  let isDraining = false
  const log: Log = {
    info: (event) => lines.push(event),
    warn: (event, fields) => lines.push(`${event}: ${String(fields?.['why'])}`),
    error: (event) => lines.push(event),
  }
  const readiness = new Readiness({
    checks: troubles.map((_, i) => () => {
      checks++
      const trouble = troubles[i] ?? null
      return trouble === null ? Promise.resolve() : Promise.reject(new Error(trouble))
    }),
    isDraining: () => isDraining,
    log,
  })
  return {
    readiness,
    troubles,
    lines,
    checks: () => checks,
    drain: () => {
      isDraining = true
    },
  }
}

test('the answer names no file, and the log names it once for each change', async () => {
  const { readiness, troubles, lines } = gateway()
  expect(await readiness.check()).toEqual({ ready: true, reason: null })
  troubles[1] = 'The key /tls/prod.key cannot be read'
  for (let i = 0; i < 3; i++) {
    const answer = await readiness.check()
    expect(answer.ready).toBe(false)
    expect(answer.reason).not.toContain('prod')
  }
  troubles[1] = null
  await readiness.check()
  await readiness.check()
  expect(lines).toEqual(['gateway not ready: The key /tls/prod.key cannot be read', 'gateway ready again'])
})

test('those who ask at the same time share one check of the files', async () => {
  const { readiness, checks } = gateway()
  await Promise.all(Array.from({ length: 50 }, () => readiness.check()))
  expect(checks()).toBe(2)
  await readiness.check()
  expect(checks()).toBe(4)
})

test('a gateway that ends is not ready, whatever its files', async () => {
  const { readiness, drain, lines } = gateway()
  drain()
  expect(await readiness.check()).toEqual({ ready: false, reason: 'The gateway is shutting down' })
  expect(lines).toEqual([])
})
