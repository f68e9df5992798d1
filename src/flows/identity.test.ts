import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { FlowKey, PolicyHit } from './flow.ts'
import {
  conversationIdentity,
  decisionIdentity,
  groupIdentity,
  isSameConversation,
  isSameDenial,
  keyIdentity,
  pairIdentity,
  signatureIdentity,
} from './identity.ts'
import { arbitraryKey } from './testing/arbitrary-key.ts'
import { buildEndOfTier, buildHit, buildKey } from './testing/build.ts'

/** The same object with another value in one property. */
function changed<T extends object>(whole: T, property: keyof T): T {
  const value = whole[property]
  return { ...whole, [property]: typeof value === 'number' ? value + 1 : `${String(value)}?` }
}

const KEY = buildKey()
const FIELDS = Object.entries(KEY).flatMap(
  ([name, value]) => (typeof value === 'object' ? [] : [name as keyof FlowKey]), // name comes from a key
)
const withTrace = (enforced: readonly PolicyHit[], pending: readonly PolicyHit[] = []) =>
  buildKey({ policies: { enforced, pending } })

const denied = (trigger: string, key: Partial<FlowKey> = {}) =>
  buildKey({ action: 'Deny', policies: { enforced: [buildEndOfTier(trigger)], pending: [] }, ...key })

const ofRollout = (hash: string) => groupIdentity(buildKey({ sourceName: `web-${hash}-*` }))

/** The fields that an identity does not compare. */
function ignoredBy(identity: (key: FlowKey) => string): readonly string[] {
  return FIELDS.filter((field) => identity(changed(KEY, field)) === identity(KEY))
}

describe('the fields that an identity compares', () => {
  const SERVICE = ['destServiceName', 'destServiceNamespace', 'destServicePortName', 'destServicePort']

  test('are all of them for a key', () => {
    expect(ignoredBy(keyIdentity)).toEqual([])
  })

  test('are all but the service for a signature', () => {
    expect(ignoredBy(signatureIdentity)).toEqual(SERVICE)
  })

  test('are all but the service, protocol and port for a group, and of a name its workload', () => {
    expect(ignoredBy(groupIdentity)).toEqual(['destPort', ...SERVICE, 'proto'])
    expect(ofRollout('6f7c9d5b8d')).toBe(ofRollout('7c5d9f4b66'))
    expect(ofRollout('6f7c9d5b8d')).not.toBe(groupIdentity(buildKey({ sourceName: 'website' })))
  })

  test('are the two ends, protocol and port for a conversation', () => {
    expect(ignoredBy(conversationIdentity)).toEqual([
      'sourceType',
      'destType',
      ...SERVICE,
      'reporter',
      'action',
    ])
    expect(FIELDS.filter((field) => isSameConversation(changed(KEY, field), KEY))).toEqual(
      ignoredBy(conversationIdentity),
    )
  })

  test('are the two ends for a pair', () => {
    expect(ignoredBy(pairIdentity)).toEqual([
      'sourceType',
      'destType',
      'destPort',
      ...SERVICE,
      'proto',
      'reporter',
      'action',
    ])
  })

  test('do not depend on the order in which a key lists them', () => {
    const turned = Object.fromEntries(Object.entries(KEY).toReversed()) as unknown as FlowKey // the same properties
    expect(keyIdentity(turned)).toBe(keyIdentity(KEY))
  })
})

describe('the trace of a key', () => {
  const hit = buildEndOfTier('default-deny')
  const names = Object.keys(hit).filter((name) => name !== 'trigger') as (keyof PolicyHit)[] // the keys of a hit

  test.each(names)('counts with the %s of each hit and of its trigger', (name) => {
    expect(keyIdentity(withTrace([changed(hit, name)]))).not.toBe(keyIdentity(withTrace([hit])))
    const other = { ...hit, trigger: changed(hit.trigger ?? hit, name) }
    expect(keyIdentity(withTrace([other]))).not.toBe(keyIdentity(withTrace([hit])))
  })

  test('is not the same as none, as the pending one, or as one without the trigger', () => {
    expect(keyIdentity(withTrace([hit]))).not.toBe(keyIdentity(withTrace([], [hit])))
    expect(keyIdentity(withTrace([{ ...hit, trigger: null }]))).not.toBe(keyIdentity(withTrace([hit])))
  })

  test('is the same in whatever order its hits are listed', () => {
    fc.assert(
      fc.property(arbitraryKey, (key) => {
        const { enforced, pending } = key.policies
        const policies = { enforced: enforced.toReversed(), pending: pending.toReversed() }
        expect(keyIdentity({ ...key, policies })).toBe(keyIdentity(key))
      }),
    )
    const [first, second] = [buildHit(), buildHit({ policyIndex: 1 })]
    expect(keyIdentity(withTrace([second, first]))).toBe(keyIdentity(withTrace([first, second])))
  })
})

describe('the decision', () => {
  const hit = buildEndOfTier('default-deny')

  test.each(['kind', 'namespace', 'name', 'tier', 'action', 'ruleIndex'] as const)(
    'is another one with another %s of the last hit',
    (name) => {
      expect(decisionIdentity([changed(hit, name)])).not.toBe(decisionIdentity([hit]))
    },
  )

  test.each(['kind', 'namespace', 'name'] as const)(
    'is another one with another %s of the trigger',
    (name) => {
      const other = { ...hit, trigger: changed(hit.trigger ?? hit, name) }
      expect(decisionIdentity([other])).not.toBe(decisionIdentity([hit]))
    },
  )

  test('does not depend on where in the trace the hit is, nor on the hits before it', () => {
    expect(decisionIdentity([buildHit({ action: 'Pass' }), { ...hit, policyIndex: 1 }])).toBe(
      decisionIdentity([hit]),
    )
  })

  test('is the empty text without any hit', () => {
    expect(decisionIdentity([])).toBe('')
  })

  test('makes two signatures of flows that agree in everything else', () => {
    expect(signatureIdentity(withTrace([hit]))).not.toBe(signatureIdentity(withTrace([buildHit()])))
    expect(signatureIdentity(withTrace([hit], [hit]))).toBe(signatureIdentity(withTrace([hit])))
  })
})

describe('a denial', () => {
  test('is the same one between other ends, when the same decision denied it', () => {
    expect(
      isSameDenial(denied('default-deny'), denied('default-deny', { destName: 'db-*', destPort: 5432 })),
    ).toBe(true)
    expect(isSameDenial(denied('default-deny'), denied('app-deny'))).toBe(false)
  })

  test('takes two denied flows', () => {
    const allowed = denied('default-deny', { action: 'Allow' })
    expect(isSameDenial(allowed, denied('default-deny'))).toBe(false)
    expect(isSameDenial(denied('default-deny'), allowed)).toBe(false)
    expect(isSameDenial(allowed, allowed)).toBe(false)
  })
})
