import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildEndOfTier, buildFlow, buildHit } from '../../flows/testing/build.ts'
import type { FlowKey } from '../../flows/flow.ts'
import { oddKey } from '../testing/arbitrary-traces.ts'
import { unknowables } from './unknowable.ts'

function whatOf(key: Partial<FlowKey>): string[] {
  return unknowables(buildFlow(key)).map(({ what }) => what)
}

const ended = { enforced: [buildEndOfTier('default-deny')], pending: [] }

describe('what a flow cannot tell', () => {
  test('always has the addresses and the labels', () => {
    fc.assert(
      fc.property(oddKey, (key) => {
        expect(whatOf(key)).toEqual(expect.arrayContaining(['the addresses', 'labels that are not listed']))
      }),
    )
  })

  test('says each thing once, why, and how to learn it', () => {
    fc.assert(
      fc.property(oddKey, (key) => {
        const found = unknowables(buildFlow({ ...key, sourceName: 'one-*' }))
        expect(new Set(found.map(({ what }) => what)).size).toBe(found.length)
        for (const { why, learn } of found) {
          expect(why).toMatch(/^[A-Z].*\.$/)
          expect(learn).toMatch(/^[A-Z].*\.$/)
        }
      }),
    )
  })

  test.each<[string, Partial<FlowKey>, boolean]>([
    ['why no rule of the tier matched', { action: 'Deny', policies: ended }, true],
    ['why no rule of the tier matched', {}, false],
    ['what the rule says', {}, true],
    [
      'which rule of the manifest it was',
      { policies: { enforced: [buildHit({ kind: 'NetworkPolicy' })], pending: [] } },
      true,
    ],
    ['the source port', { proto: 'icmp', destPort: 0 }, false],
    [
      'whether default-deny is called default.default-deny in the cluster',
      { action: 'Deny', policies: ended },
      true,
    ],
    ['whether allow-all is called default.allow-all in the cluster', {}, true],
    [
      'whether default.x is called default.default.x in the cluster',
      { policies: { enforced: [buildHit({ name: 'default.x' })], pending: [] } },
      false,
    ],
    [
      'whether backend/x is called default.x in the cluster',
      {
        policies: {
          enforced: [buildHit({ kind: 'NetworkPolicy', namespace: 'backend', name: 'x' })],
          pending: [],
        },
      },
      false,
    ],
    [
      'whether x is called default.x in the cluster',
      {
        policies: {
          enforced: [
            buildHit({ kind: 'ClusterNetworkPolicy', tier: 'kube-admin', action: 'Pass' }),
            buildHit({ name: 'x', policyIndex: 1 }),
          ],
          pending: [],
        },
      },
      false,
    ],
    ['the source port', {}, true],
    ['which pod behind backend/api-*', {}, true],
    ['which pod behind default/test', { sourceName: 'test', sourceNamespace: 'default' }, false],
    [
      'which other network sets hold the address behind global network set partners',
      { destType: 'NetworkSet', destName: 'partners', destNamespace: '-' },
      true,
    ],
    [
      'which host is behind public network',
      { destType: 'Network', destName: 'pub', destNamespace: '-' },
      true,
    ],
    [
      'which host endpoint of host node-1',
      { destType: 'HostEndpoint', destName: 'node-1', destNamespace: '-' },
      true,
    ],
    ['what the destination decided', { reporter: 'Src' }, true],
    ['what the source decided', { reporter: 'Dst' }, true],
    ['which end reported it', { reporter: 'ReporterUnspecified' }, true],
    ['what the staged policies would do', { policies: ended }, true],
    ['what a staged deletion would do', {}, true],
    ['whether the packets were dropped in fact', { action: 'Deny' }, true],
    ['whether the packets were dropped in fact', {}, false],
  ])('lists %j for %o: %j', (what, key, listed) => {
    expect(whatOf(key).includes(what)).toBe(listed)
  })

  test('does not advise to look for the record of an end that reports none', () => {
    const { learn } = unknowables(
      buildFlow({ destType: 'Network', destName: 'pub', destNamespace: '-' }),
    ).find(({ what }) => what === 'what the destination decided') ?? { learn: '' }
    expect(learn).toContain('Only pods report flows')
  })
})
