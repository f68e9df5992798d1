import { describe, expect, test } from 'vitest'

import { type FieldId, fieldNamed, fieldOf, FIELDS } from './field.ts'
import type { FlowKey, LabelledKey } from './flow.ts'
import { buildEndOfTier, buildFlow, buildHit, buildKey } from './testing/build.ts'

function subject(key: Partial<FlowKey> = {}): LabelledKey {
  return { key: buildKey(key), sourceLabels: ['app=web'], destLabels: ['app=api', 'env=prod'] }
}

function valuesOf(id: FieldId, key: Partial<FlowKey> = {}): readonly (string | number)[] {
  const field = fieldOf(id)
  if (field.type === 'label') return field.labels(subject(key))
  return field.type === 'text' || field.type === 'number' ? field.values(subject(key)) : []
}

const TRACED: Partial<FlowKey> = {
  action: 'Deny',
  policies: {
    enforced: [
      buildHit({
        kind: 'CalicoNetworkPolicy',
        namespace: 'backend',
        name: 'pass',
        tier: 'app',
        action: 'Pass',
        ruleIndex: 2,
      }),
      buildEndOfTier('default-deny', { policyIndex: 1 }),
    ],
    pending: [buildHit({ kind: 'StagedGlobalNetworkPolicy', name: 'staged', tier: 'app', ruleIndex: 2 })],
  },
}

describe('the values of a field', () => {
  test.each<[FieldId, readonly (string | number)[]]>([
    ['action', ['Deny']],
    ['pending', ['Allow']],
    ['changed', ['yes']],
    ['reporter', ['Src']],
    ['src.ns', ['frontend']],
    ['src.name', ['web-*']],
    ['src.type', ['WorkloadEndpoint']],
    ['src.label', ['app=web']],
    ['dst.ns', ['backend']],
    ['dst.name', ['api-*']],
    ['dst.type', ['WorkloadEndpoint']],
    ['dst.label', ['app=api', 'env=prod']],
    ['ns', ['frontend', 'backend']],
    ['name', ['web-*', 'api-*']],
    ['type', ['WorkloadEndpoint']],
    ['label', ['app=web', 'app=api', 'env=prod']],
    ['service', ['api']],
    ['svc.ns', ['backend']],
    ['proto', ['tcp']],
    ['port', [80]],
    ['policy', ['pass', 'default-deny', 'staged']],
    ['decided', ['default-deny']],
    ['tier', ['app', 'default']],
    ['kind', ['CalicoNetworkPolicy', 'EndOfTier', 'GlobalNetworkPolicy', 'StagedGlobalNetworkPolicy']],
    ['policy.ns', ['backend']],
    ['rule', [3]],
    ['trigger', ['default-deny']],
  ])('%s are %j', (id, values) => {
    expect(valuesOf(id, TRACED)).toEqual(values)
  })

  test('are none where the record has none', () => {
    const empty: Partial<FlowKey> = {
      destServiceName: '',
      destServiceNamespace: '',
      policies: { enforced: [], pending: [] },
    }
    for (const id of [
      'service',
      'svc.ns',
      'policy',
      'decided',
      'tier',
      'kind',
      'policy.ns',
      'rule',
      'trigger',
    ] as const)
      expect(valuesOf(id, empty), id).toEqual([])
    expect(valuesOf('pending', empty)).toEqual(['not computed'])
    expect(valuesOf('changed', empty)).toEqual(['unknown'])
  })

  test('are each given once', () => {
    const same: Partial<FlowKey> = { sourceNamespace: 'backend', sourceName: 'api-*' }
    expect(valuesOf('ns', same)).toEqual(['backend'])
    expect(valuesOf('name', same)).toEqual(['api-*'])
    expect(valuesOf('type', { sourceType: 'HostEndpoint' })).toEqual(['HostEndpoint', 'WorkloadEndpoint'])
  })

  test('leave out a policy and a tier without a name', () => {
    const profile = buildHit({ kind: 'Profile', name: '', tier: '' })
    const key: Partial<FlowKey> = { policies: { enforced: [profile], pending: [] } }
    for (const id of ['policy', 'decided', 'tier', 'policy.ns'] as const)
      expect(valuesOf(id, key), id).toEqual([])
  })

  test('of measures are sums of both directions, and connections started', () => {
    const flow = buildFlow(
      {},
      { bytesIn: 1, bytesOut: 20, packetsIn: 3, packetsOut: 40, numConnectionsStarted: 5 },
    )
    expect(fieldOf('bytes').of(flow)).toBe(21)
    expect(fieldOf('packets').of(flow)).toBe(43)
    expect(fieldOf('conns').of(flow)).toBe(5)
    expect(fieldOf('conns').of({ ...flow, numConnectionsStarted: null })).toBeNull()
    expect(fieldOf('bytes').of({ ...flow, bytesIn: null })).toBe(20)
    expect(fieldOf('packets').of({ ...flow, packetsIn: null, packetsOut: null })).toBeNull()
  })
})

describe('a typed value', () => {
  test.each<[FieldId, string, string]>([
    ['action', 'deny', 'Deny'],
    ['pending', 'allow', 'Allow'],
    ['pending', 'Not Computed', 'not computed'],
    ['changed', 'YES', 'yes'],
    ['reporter', 'Source', 'Src'],
    ['reporter', 'src', 'Src'],
    ['reporter', 'DESTINATION', 'Dst'],
    ['reporter', 'dest', 'Dst'],
    ['reporter', 'dst', 'Dst'],
    ['reporter', 'both', 'both'],
    ['src.ns', 'global', '-'],
    ['dst.ns', 'none', '-'],
    ['svc.ns', 'none', '-'],
    ['src.name', 'public network', 'pub'],
    ['dst.name', 'Private Network', 'pvt'],
    ['src.type', 'pod', 'WorkloadEndpoint'],
    ['dst.type', 'WEP', 'WorkloadEndpoint'],
    ['type', 'hep', 'HostEndpoint'],
    ['type', 'networkset', 'NetworkSet'],
    ['proto', 'TCP', 'tcp'],
    ['kind', 'gnp', 'GlobalNetworkPolicy'],
  ])('of %s: %s is stored as %s', (id, typed, stored) => {
    const field = fieldOf(id)
    expect(field.type === 'text' && field.stored?.(typed)).toBe(stored)
  })

  test.each<[FieldId, string, string]>([
    ['reporter', 'Src', 'source'],
    ['reporter', 'Dst', 'destination'],
    ['reporter', 'Unknown(9)', 'Unknown(9)'],
    ['src.name', 'pub', 'public network'],
    ['dst.name', 'api-*', 'api-*'],
  ])('of %s: %s is shown as %s', (id, stored, shown) => {
    const field = fieldOf(id)
    expect(field.type === 'text' && field.shown?.(stored)).toBe(shown)
  })

  test.each(['action', 'pending', 'reporter', 'src.type', 'kind'] as const)(
    'of %s may be any word of the closed list but "unspecified"',
    (id) => {
      const field = fieldOf(id)
      const words = field.type === 'text' ? (field.words ?? []) : []
      expect(words.length).toBeGreaterThan(1)
      expect(words.filter((word) => word.endsWith('Unspecified'))).toEqual([])
    },
  )
})

describe('the registry', () => {
  test('finds a field by its id and each alias, in any letter case', () => {
    for (const field of FIELDS) {
      expect(fieldOf(field.id)).toBe(field)
      for (const name of [field.id, ...field.aliases])
        expect(fieldNamed(name.toUpperCase()), name).toBe(field)
    }
    expect(fieldNamed('verdict')).toBe(fieldOf('action'))
    expect(fieldNamed('no such field')).toBeUndefined()
  })

  test('has no name twice', () => {
    const names = FIELDS.flatMap((field) => [field.id, ...field.aliases])
    expect(new Set(names).size).toBe(names.length)
  })

  test('says which id it lacks', () => {
    expect(() => fieldOf('nothing' as 'action')).toThrow('No field nothing in the registry') // a name that is none
  })
})
