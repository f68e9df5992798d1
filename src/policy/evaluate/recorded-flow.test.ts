/** What a record leaves open, row by row of the table in `calico-semantics.md` 5. */
import { describe, expect, test } from 'vitest'

import type { FlowKey, LabelledKey } from '../../flows/flow.ts'
import { buildKey } from '../../flows/testing/build.ts'
import { ensure } from '../../lib/assert.ts'
import type { Manifests } from '../manifest/resources.ts'
import { documents, policyText, shopManifests } from '../testing/shop-cluster.ts'
import { directionOf, FlowEvaluator } from './evaluate-flow.ts'
import { factWords } from './missing-fact.ts'

interface Recorded {
  readonly key?: Partial<FlowKey>
  readonly from?: readonly string[]
  readonly to?: readonly string[]
}

function record({ key, from = [], to = [] }: Recorded): LabelledKey {
  const policies = { enforced: [], pending: [] }
  const shop = { sourceNamespace: 'shop', destNamespace: 'shop', destServiceName: '-', policies }
  return { key: buildKey({ ...shop, ...key }), sourceLabels: from, destLabels: to }
}

function evaluate(manifests: Manifests, recorded: Recorded) {
  const evaluator = new FlowEvaluator(manifests)
  const labelled = record(recorded)
  const direction = ensure(directionOf(labelled.key), 'a direction')
  const { verdict, missing, hits } = evaluator.evaluate(evaluator.know(labelled), direction, 'enforced')
  return { verdict, missing: missing.map(factWords), hits }
}

/** `yes` or `no`, or what is missing, for a rule that allows in the direction of the record before everything is denied. */
function matches(terms: string, recorded: Recorded, others: readonly string[] = []): string {
  const types = recorded.key?.reporter === 'Dst' ? 'Ingress' : 'Egress'
  const rules = `${types.toLowerCase()}: [{ action: Allow, ${terms} }]`
  const text = documents(policyText('x', `types: [${types}], ${rules}`), ...others)
  const { verdict, missing } = evaluate(shopManifests(text), recorded)
  if (verdict === 'unknown') return missing.join(', ')
  return verdict === 'Allow' ? 'yes' : 'no'
}

const PUB: Partial<FlowKey> = { destType: 'Network', destName: 'pub', destNamespace: '-' }
const PVT: Partial<FlowKey> = { ...PUB, destName: 'pvt' }
const ADDRESS = 'the address of the destination'

describe('addresses', () => {
  test.each<[string, Partial<FlowKey>, string]>([
    ['nets: [1.0.0.0/8]', {}, ADDRESS],
    ['notNets: [1.0.0.0/8]', {}, `whether it is IPv4 or IPv6, ${ADDRESS}`],
    ['nets: [0.0.0.0/0, "::/0"]', {}, 'yes'],
    ['notNets: [0.0.0.0/0, "::/0"]', {}, 'no'],
    ['nets: [10.0.0.0/8]', PVT, ADDRESS],
    ['nets: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]', PVT, 'yes'],
    ['nets: [0.0.0.0/0]', PVT, 'yes'],
    ['nets: ["::/0"]', PVT, 'no'],
    ['nets: [8.0.0.0/8]', PVT, 'no'],
    ['notNets: [8.0.0.0/8]', PVT, 'yes'],
    ['nets: [8.0.0.0/8]', PUB, ADDRESS],
    ['nets: [10.1.0.0/16]', PUB, 'no'],
    ['nets: [10.1.0.0/16, 8.8.8.8/32]', PUB, ADDRESS],
    ['nets: [0.0.0.0/0]', PUB, ADDRESS],
    // The pod has an address of each family, and the record does not tell which one was used.
    ['nets: [10.0.0.2/32]', { destName: 'api' }, ADDRESS],
    ['nets: [10.0.0.1/32]', { destName: 'api' }, 'no'],
  ])('%s and %j: %s', (nets, key, expected) => {
    expect(matches(`destination: { ${nets} }`, { key })).toBe(expected)
  })

  test.each([
    ['nets: [9.9.9.0/24]', 'yes'],
    ['notNets: [9.9.9.0/24]', 'no'],
    ['nets: [9.9.9.8/29]', ADDRESS],
    ['nets: [8.0.0.0/8]', 'no'],
  ])('of a loaded network set are its ranges: %s: %s', (nets, expected) => {
    const set = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: { name: nine }
spec: { nets: [9.9.9.8/30, 9.9.9.250/32] }
`
    const key: Partial<FlowKey> = { destType: 'NetworkSet', destName: 'nine', destNamespace: '-' }
    expect(matches(`destination: { ${nets} }`, { key }, [set])).toBe(expected)
    expect(matches('destination: { nets: [9.9.9.0/24] }', { key })).toBe(ADDRESS)
  })

  test('of loaded pods must all be in the ranges', () => {
    const pods = [1, 2].map(
      (i) =>
        `apiVersion: v1\nkind: Pod\nmetadata: { namespace: shop, name: db-${i}, generateName: db- }\nspec: {}\nstatus: { podIP: 10.1.0.${i} }\n`,
    )
    const key = { destName: 'db-*' }
    expect(matches('destination: { nets: [10.1.0.0/16] }', { key }, pods)).toBe('yes')
    expect(matches('destination: { nets: [10.1.0.1/32] }', { key }, pods)).toBe(ADDRESS)
    expect(matches('destination: { nets: [10.2.0.0/16] }', { key }, pods)).toBe('no')
  })
})

describe('the family of addresses', () => {
  test.each<[number, Partial<FlowKey>, string]>([
    [4, { proto: 'icmp' }, 'yes'],
    [6, { proto: 'icmp' }, 'no'],
    [6, { proto: 'icmp6' }, 'yes'],
    [4, PVT, 'yes'],
    [4, PUB, 'whether it is IPv4 or IPv6'],
    [4, {}, 'whether it is IPv4 or IPv6'],
  ])('IPv%i and %j: %s', (version, key, expected) => {
    expect(matches(`ipVersion: ${version}`, { key })).toBe(expected)
  })
})

describe('protocols and ports', () => {
  test.each<[string, Partial<FlowKey>, string]>([
    ['protocol: TCP', {}, 'yes'],
    ['protocol: UDP', {}, 'no'],
    ['protocol: ICMPv6', { proto: 'icmp6' }, 'yes'],
    ['protocol: 47', { proto: '47' }, 'yes'],
    ['notProtocol: TCP', {}, 'no'],
    ['protocol: TCP', { proto: '' }, 'the protocol'],
    ['notProtocol: TCP', { proto: '' }, 'the protocol'],
    ['protocol: TCP, destination: { ports: [80] }', {}, 'yes'],
    ['protocol: TCP, destination: { ports: ["81:90"] }', {}, 'no'],
    ['protocol: TCP, destination: { notPorts: [80] }', {}, 'no'],
    ['protocol: TCP, source: { ports: [80] }', {}, 'the port of the source'],
    ['protocol: TCP, source: { notPorts: [80] }', {}, 'the port of the source'],
    ['protocol: UDP, source: { ports: [80] }', {}, 'no'],
    ['protocol: TCP, destination: { ports: [http] }', {}, 'the number of port http of the destination'],
    ['protocol: TCP, destination: { ports: [http, 80] }', {}, 'yes'],
    ['protocol: TCP, destination: { ports: [http] }', { destName: 'api' }, 'no'],
    ['protocol: TCP, destination: { ports: [http] }', { destName: 'api', destPort: 9090 }, 'yes'],
    ['protocol: TCP, destination: { ports: [http] }', PUB, 'no'],
    ['protocol: ICMP', { proto: 'icmp', destPort: 0 }, 'yes'],
    ['protocol: ICMP, icmp: { type: 8 }', { proto: 'icmp', destPort: 0 }, 'the ICMP type'],
    ['protocol: ICMP, notICMP: { type: 8 }', { proto: 'icmp', destPort: 0 }, 'the ICMP type'],
    ['protocol: ICMP, icmp: { type: 8 }', {}, 'no'],
  ])('%s and %j: %s', (terms, key, expected) => {
    expect(matches(terms, { key })).toBe(expected)
  })

  test('http is as if it were not there', () => {
    const key: Partial<FlowKey> = { reporter: 'Dst' }
    expect(matches('protocol: TCP, http: { methods: [GET] }', { key })).toBe('yes')
  })
})

function lost(label: string): string {
  return `label ${label} of the destination, which may be lost in the record`
}

function inNamespace(selector: string): string {
  return `destination: { namespaceSelector: '${selector}' }`
}

describe('labels', () => {
  test.each<[string, readonly string[], string]>([
    ['app == "api"', ['app=api'], 'yes'],
    ['app == "api"', ['app=db'], 'no'],
    ['app != "api"', ['app=db'], 'yes'],
    ['app == "api"', [], lost('app')],
    ['app != "api"', [], lost('app')],
    ['!has(app)', [], lost('app')],
    ['app == "api" || role == "x"', ['app=api'], 'yes'],
    ['app == "api" && role == "x"', ['app=db'], 'no'],
    ['app == "api" && role == "x"', ['app=api'], lost('role')],
    ['projectcalico.org/namespace == "shop"', [], 'yes'],
    ['projectcalico.org/orchestrator == "k8s"', [], 'yes'],
    ['has(projectcalico.org/serviceaccount)', [], 'the service account of the destination'],
    ['projectcalico.org/serviceaccount == "a"', ['projectcalico.org/serviceaccount=a'], 'yes'],
    ['a == "b=c"', ['a=b=c'], 'yes'],
    ['all()', [], 'yes'],
  ])('%s and %j: %s', (selector, to, expected) => {
    expect(matches(`destination: { selector: '${selector}' }`, { to })).toBe(expected)
  })

  test('of a namespace: its names are known, others where it was loaded', () => {
    const [shop, far] = [{ key: { destNamespace: 'shop' } }, { key: { destNamespace: 'far' } }]
    expect(matches(inNamespace('projectcalico.org/name == "far"'), far)).toBe('yes')
    expect(matches(inNamespace('kubernetes.io/metadata.name == "far"'), shop)).toBe('no')
    expect(matches(inNamespace('team == "red"'), shop)).toBe('yes')
    expect(matches(inNamespace('has(other)'), shop)).toBe('no')
    expect(matches(inNamespace('team == "red"'), far)).toBe('label team of the destination’s namespace')
  })

  test('of a service account are known where it is known and loaded', () => {
    const rule = `destination: { serviceAccounts: { selector: 'role == "writer"' } }`
    const to = ['projectcalico.org/serviceaccount=robot']
    expect(matches(rule, { to })).toBe('yes')
    expect(matches(rule.replace('role ==', 'constructor !='), { to })).toBe('yes')
    expect(matches(rule, {})).toBe('label role of the destination’s service account')
    expect(matches(rule, { to: ['projectcalico.org/serviceaccount=other'] })).toContain('role')
  })

  test('of a loaded pod are all known', () => {
    const key = { destName: 'api' }
    expect(matches(`destination: { selector: 'app == "api" && !has(x)' }`, { key })).toBe('yes')
    expect(matches(`destination: { serviceAccounts: { names: [default] } }`, { key })).toBe('yes')
  })

  test('that were recorded count more than those of a pod that was loaded', () => {
    const key = { destName: 'api' }
    expect(matches(`destination: { selector: 'app == "old"' }`, { key, to: ['app=old'] })).toBe('yes')
    expect(matches(`destination: { selector: 'app == "api"' }`, { key, to: ['app=old'] })).toBe('no')
    // Nothing else of that pod is of the time of the record.
    expect(matches('destination: { nets: [1.0.0.0/8] }', { key })).toBe('no')
    expect(matches('destination: { nets: [1.0.0.0/8] }', { key, to: ['app=old'] })).toBe(ADDRESS)
  })

  test('of the pods of a Deployment are those of its template', () => {
    const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: db }
spec: { template: { metadata: { labels: { app: db } }, spec: {} } }
`
    const rule = `destination: { selector: 'app == "db" && !has(x)' }`
    const key = { destName: 'db-7d9c5b-*' }
    expect(matches(rule, { key }, [deployment])).toBe('yes')
    expect(matches(rule, { key, to: ['pod-template-hash=7d9c5b'] }, [deployment])).toBe('yes')
    const added = `destination: { selector: 'has(pod-template-hash)' }`
    expect(matches(added, { key }, [deployment])).toBe(lost('pod-template-hash'))
    const hasX = rule.replace('!has(x)', 'has(x)')
    expect(matches(hasX, { key, to: ['x=of-a-webhook'] }, [deployment])).toBe('yes')
    expect(matches(rule, { key: { destName: 'db-7d9c5b-x-*' } }, [deployment])).not.toBe('yes')
  })
})

describe('ends that are no pods', () => {
  test.each([
    [`selector: 'all()'`, 'no'],
    [`notSelector: 'app == "api"'`, 'yes'],
    [`selector: 'all()', notSelector: 'app == "api"'`, 'no'],
    [`namespaceSelector: 'global()'`, 'no'],
  ])('pub and %s: %s', (terms, expected) => {
    expect(matches(`destination: { ${terms} }`, { key: PUB })).toBe(expected)
  })

  test.each([
    [`selector: 'app == "a"'`, 'yes'],
    [`selector: 'app == "b"'`, 'which network sets have the address of the destination'],
    [`namespaceSelector: 'global()'`, 'yes'],
  ])('a network set and %s: %s', (terms, expected) => {
    const key: Partial<FlowKey> = { destType: 'NetworkSet', destName: 'set', destNamespace: '-' }
    expect(matches(`destination: { ${terms} }`, { key, to: ['app=a'] })).toBe(expected)
  })

  test('a loaded network set has its labels, unless others were recorded', () => {
    const set = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: { name: set, labels: { app: a } }
spec: { nets: [9.9.9.9/32] }
`
    const key: Partial<FlowKey> = { destType: 'NetworkSet', destName: 'set', destNamespace: '-' }
    const rule = `destination: { selector: 'app == "a" && !has(x)' }`
    expect(matches(rule, { key }, [set])).toBe('yes')
    expect(matches(rule, { key, to: ['app=b'] }, [set])).toContain('network sets')
    expect(matches('destination: { nets: [9.9.9.9/32] }', { key, to: ['app=b'] }, [set])).toBe(ADDRESS)
  })

  test('a host has the labels of its record', () => {
    const key: Partial<FlowKey> = { destType: 'HostEndpoint', destName: 'node-1', destNamespace: '-' }
    const of = (selector: string) => matches(`destination: { selector: '${selector}' }`, { key, to: ['a=b'] })
    expect(of('a == "b"')).toBe('yes')
    expect(of('a == "c"')).toBe('no')
    expect(of('has(projectcalico.org/namespace)')).toBe('no')
    expect(of('has(c)')).toContain('label c')
  })

  test('what reports is a workload, also where the format records no types', () => {
    const types: Partial<FlowKey> = {
      sourceType: 'EndpointTypeUnspecified',
      destType: 'EndpointTypeUnspecified',
    }
    expect(evaluate(shopManifests(''), { key: types }).verdict).toBe('Allow')
    expect(evaluate(shopManifests(''), { key: { ...types, reporter: 'Dst' } }).verdict).toBe('Allow')
    const known = policyText('x', `selector: 'pcns.team == "red"', types: [Egress]`)
    expect(evaluate(shopManifests(known), { key: types }).verdict).toBe('Deny')
  })
})

describe('services', () => {
  const SERVICE = 'which services the destination is behind'

  test.each([
    [{ destServiceName: 'api', destServiceNamespace: 'shop' }, 'yes'],
    [{ destServiceName: 'other', destServiceNamespace: 'shop' }, SERVICE],
    [{ destServiceName: '-', destServiceNamespace: '-' }, SERVICE],
  ])('%j: %s', (key, expected) => {
    expect(matches('destination: { services: { name: api, namespace: shop } }', { key })).toBe(expected)
  })
})

describe('services that were loaded', () => {
  const SERVICE = 'which services the destination is behind'
  const SLICE = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { namespace: shop, name: s, labels: { kubernetes.io/service-name: s } }
addressType: IPv4
endpoints: [{ addresses: [10.0.0.2, "10.0.1.1"] }]
ports: [{ port: 80, protocol: TCP }]
`
  const FROM_SLICE = 'source: { services: { name: s, namespace: shop } }'
  const TO_SLICE = 'destination: { services: { name: s, namespace: shop } }'

  test.each<[string, Partial<FlowKey>, string]>([
    [TO_SLICE, { destNamespace: 'lab', destName: 'test' }, 'yes'],
    [TO_SLICE, { destNamespace: 'lab', destName: 'test', destPort: 81 }, 'no'],
    [TO_SLICE, { destNamespace: 'lab', destName: 'test', proto: 'udp' }, 'no'],
    [TO_SLICE, { destNamespace: 'shop', destName: 'web' }, 'no'],
    // One of its two addresses is in the slice.
    [TO_SLICE, { destNamespace: 'shop', destName: 'api' }, SERVICE],
    [TO_SLICE, { destNamespace: 'shop', destName: 'not-loaded' }, SERVICE],
    [TO_SLICE, PUB, SERVICE],
    [FROM_SLICE, { reporter: 'Dst', sourceNamespace: 'lab', sourceName: 'test', destPort: 81 }, 'yes'],
    [FROM_SLICE, { reporter: 'Dst', sourceNamespace: 'shop', sourceName: 'web' }, 'no'],
    [TO_SLICE.replace('name: s', 'name: t'), { destNamespace: 'lab', destName: 'test' }, SERVICE],
  ])('%s and %j: %s', (rule, key, expected) => {
    expect(matches(rule, { key: { destPort: 80, ...key } }, [SLICE])).toBe(expected)
  })
})

describe('the verdict', () => {
  test('is definite where everything that is possible agrees', () => {
    const rules = 'egress: [{ action: Allow, destination: { nets: [1.0.0.0/8] } }, { action: Allow }]'
    const { verdict, missing, hits } = evaluate(
      shopManifests(policyText('x', `types: [Egress], ${rules}`)),
      {},
    )
    expect({ verdict, missing, hits }).toEqual({ verdict: 'Allow', missing: [], hits: null })
  })

  test('is unknown where one of them does not', () => {
    const rules = 'egress: [{ action: Deny, destination: { nets: [1.0.0.0/8] } }, { action: Allow }]'
    expect(evaluate(shopManifests(policyText('x', `types: [Egress], ${rules}`)), {})).toEqual({
      verdict: 'unknown',
      missing: [ADDRESS],
      hits: null,
    })
  })

  test('branches where it is not known whether a policy selects the endpoint', () => {
    const text = policyText('x', `selector: 'role == "x"', types: [Egress]`)
    expect(evaluate(shopManifests(text), {})).toMatchObject({
      verdict: 'unknown',
      missing: ['label role of the source, which may be lost in the record'],
    })
    expect(evaluate(shopManifests(text), { from: ['role=y'] }).verdict).toBe('Allow')
    expect(evaluate(shopManifests(text), { from: ['role=x'] }).verdict).toBe('Deny')
  })

  test('after a rule that may pass includes what later tiers and profiles say', () => {
    const rules = 'egress: [{ action: Pass, destination: { nets: [1.0.0.0/8] } }, { action: Deny }]'
    expect(evaluate(shopManifests(policyText('x', `types: [Egress], ${rules}`)), {}).verdict).toBe('unknown')
  })
})
