import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { buildEndOfTier, buildHit, buildKey } from '../flows/testing/build.ts'
import type { FlowKey, PolicyHit } from '../flows/flow.ts'
import { arbitraryKey } from './testing/fixture.ts'
import { identityOf } from './identity.ts'

/** The same key with another value in one property. */
function changed<T extends object>(whole: T, property: keyof T): T {
  const value = whole[property]
  return { ...whole, [property]: typeof value === 'number' ? value + 1 : `${String(value)}?` }
}

const key = buildKey()
const scalars = Object.entries(key).flatMap(([name, value]) => (typeof value === 'object' ? [] : [name]))

test.each(scalars)('%s is part of the identity', (name) => {
  expect(identityOf(changed(key, name as keyof FlowKey))).not.toBe(identityOf(key)) // name comes from key
})

const hit = buildEndOfTier('default-deny')
const hitScalars = Object.keys(hit).filter((name) => name !== 'trigger')
const withTrace = (enforced: readonly PolicyHit[], pending: readonly PolicyHit[] = []) =>
  identityOf(buildKey({ policies: { enforced, pending } }))

test.each(hitScalars)('%s of a hit is part of the identity, and so is its trigger', (name) => {
  const property = name as keyof PolicyHit // name comes from hit
  expect(withTrace([changed(hit, property)])).not.toBe(withTrace([hit]))
  const other = { ...hit, trigger: changed(hit.trigger ?? hit, property) }
  expect(withTrace([other])).not.toBe(withTrace([hit]))
})

test('enforced and pending are told apart, and a missing trigger from any trigger', () => {
  expect(withTrace([hit])).not.toBe(withTrace([], [hit]))
  expect(withTrace([{ ...hit, trigger: null }])).not.toBe(withTrace([hit]))
})

test('the order of properties does not count', () => {
  const turned = Object.fromEntries(Object.entries(key).toReversed()) as unknown as FlowKey // the same properties
  expect(identityOf(turned)).toBe(identityOf(key))
})

test('the order in which hits came does not count', () => {
  fc.assert(
    fc.property(arbitraryKey, (some) => {
      const { enforced, pending } = some.policies
      const policies = { enforced: enforced.toReversed(), pending: pending.toReversed() }
      expect(identityOf({ ...some, policies })).toBe(identityOf(some))
    }),
  )
  expect(withTrace([buildHit({ policyIndex: 1 }), buildHit()])).toBe(
    withTrace([buildHit(), buildHit({ policyIndex: 1 })]),
  )
})
