import { expect, test } from 'vitest'

import { buildEndOfTier, buildHit, buildKey } from './testing/build.ts'
import { sameKey } from './key.ts'

const ended = (name: string) => buildKey({ policies: { enforced: [buildEndOfTier(name)], pending: [] } })

test('a key is the same as its copy', () => {
  expect(sameKey(buildKey(), structuredClone(buildKey()))).toBe(true)
})

test('any field, any hit and any trigger makes another key', () => {
  const key = buildKey()
  const { enforced } = key.policies
  const others = [
    buildKey({ destPort: 81 }),
    buildKey({ reporter: 'Dst' }),
    buildKey({ destServicePortName: '-' }),
    buildKey({ policies: { enforced, pending: [] } }),
    buildKey({ policies: { enforced: [buildHit({ ruleIndex: 1 })], pending: enforced } }),
  ]
  for (const other of others) expect(sameKey(key, other)).toBe(false)
  expect(sameKey(ended('a'), ended('b'))).toBe(false)
  expect(sameKey(ended('a'), ended('a'))).toBe(true)
})
