/** What each term of a rule matches, by `calico-semantics.md` 3.5 and 3.8. */
import { describe, expect, test } from 'vitest'

import {
  type Attempt,
  documents,
  hitLines,
  policyText,
  shopManifests,
  traceOf,
} from '../testing/shop-cluster.ts'

const WEB = '10.0.0.1'
const API = '10.0.0.2'
const OUTSIDE = '8.8.8.8'

const SET = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: { name: dns, labels: { app: dns } }
spec: { nets: [8.8.8.0/24] }
---
apiVersion: projectcalico.org/v3
kind: NetworkSet
metadata: { namespace: lab, name: more, labels: { app: more } }
spec: { nets: [9.9.9.9/32, 10.0.0.2/32] }
`

/** Whether a rule of a GlobalNetworkPolicy, or of another kind, matches a connection of the shop. */
function matches(
  terms: string,
  attempt: Attempt = {},
  kind = 'GlobalNetworkPolicy',
  others: readonly string[] = [],
): boolean {
  const { direction = 'egress' } = attempt
  const types = direction === 'egress' ? 'Egress' : 'Ingress'
  const text = policyText('x', `types: [${types}], ${direction}: [{ action: Allow, ${terms} }]`, kind)
  const [line] = hitLines(traceOf(shopManifests(documents(text, ...others)), attempt))
  expect(['Allow x 0', 'Deny end of default by x']).toContain(line)
  return line === 'Allow x 0'
}

test('3.5 a rule without terms matches everything', () => {
  expect(matches('')).toBe(true)
  expect(matches('', { to: OUTSIDE, protocol: 47 })).toBe(true)
})

describe('3.5 protocol and notProtocol', () => {
  test.each([
    ['protocol: TCP', 6, true],
    ['protocol: tcp', 6, true],
    ['protocol: 6', 6, true],
    ['protocol: TCP', 17, false],
    ['protocol: UDPLite', 136, true],
    ['protocol: SCTP', 132, true],
    ['protocol: 47', 47, true],
    ['notProtocol: TCP', 6, false],
    ['notProtocol: TCP', 17, true],
    ['protocol: TCP, notProtocol: UDP', 6, true],
  ])('%s and %i: %s', (terms, protocol, expected) => {
    expect(matches(terms, { protocol })).toBe(expected)
  })

  test('ICMPv6 is not ICMP', () => {
    const attempt = { from: 'web/6', to: 'api/6', protocol: 58, icmp: { type: 128, code: 0 } }
    expect(matches('protocol: ICMPv6', attempt)).toBe(true)
    expect(matches('protocol: ICMP', attempt)).toBe(false)
  })
})

describe('3.5 ports and notPorts', () => {
  test.each([
    ['ports: [80]', 80, true],
    ['ports: [81]', 80, false],
    ['ports: [1, "79:81"]', 80, true],
    ['ports: ["80:80"]', 80, true],
    ['ports: ["80:90"]', 90, true],
    ['ports: ["80:90"]', 91, false],
    ['ports: ["1:65535"]', 1, true],
    ['notPorts: [80]', 80, false],
    ['notPorts: [80]', 81, true],
    ['ports: ["80:90"], notPorts: [85]', 85, false],
    ['ports: ["80:90"], notPorts: [85]', 86, true],
  ])('%s and port %i: %s', (terms, port, expected) => {
    expect(matches(`protocol: TCP, destination: { ${terms} }`, { port })).toBe(expected)
  })

  test('of the source are another thing', () => {
    expect(matches('protocol: TCP, source: { ports: [5353] }', { sourcePort: 5353 })).toBe(true)
    expect(matches('protocol: TCP, source: { ports: [5353] }', { port: 5353 })).toBe(false)
    expect(matches('protocol: TCP, source: { notPorts: [5353] }', { sourcePort: 5353 })).toBe(false)
  })
})

describe('3.5 named ports', () => {
  test.each([
    ['TCP', 9090, 6, true],
    ['TCP', 8080, 6, false],
    ['TCP', 80, 6, false],
    ['UDP', 9090, 17, false],
  ])('are those of the endpoint at that address: http by %s at %i', (name, port, protocol, expected) => {
    expect(matches(`protocol: ${name}, destination: { ports: [http] }`, { port, protocol })).toBe(expected)
  })

  test('belong to what the selector of the rule selects', () => {
    const ofApi = `protocol: TCP, destination: { selector: 'app == "api"', ports: [http] }`
    expect(matches(ofApi, { port: 9090 })).toBe(true)
    expect(matches(ofApi.replace('api', 'web'), { port: 9090 })).toBe(false)
    const butNotApi = ofApi.replace('api"\'', 'api" || app == "more"\', notSelector: \'app == "api"\'')
    // The set has the address of the pod, and no ports; without a name the numbers of all members count.
    expect(matches(butNotApi, { port: 9090 }, 'GlobalNetworkPolicy', [SET])).toBe(false)
    expect(matches(butNotApi.replace('http', '9090'), { port: 9090 }, 'GlobalNetworkPolicy', [SET])).toBe(
      true,
    )
  })

  test('stand beside numbers, and in notPorts', () => {
    expect(matches('protocol: TCP, destination: { ports: [http, 80] }', { port: 80 })).toBe(true)
    expect(matches('protocol: TCP, destination: { notPorts: [http] }', { port: 9090 })).toBe(false)
    expect(matches('protocol: TCP, destination: { notPorts: [http] }', { port: 9091 })).toBe(true)
  })

  test('no address outside the cluster has one', () => {
    expect(matches('protocol: TCP, destination: { ports: [http] }', { to: OUTSIDE, port: 9090 })).toBe(false)
  })
})

describe('3.5 nets and notNets', () => {
  test.each([
    [`nets: [${API}]`, API, true],
    [`nets: [${API}/32, 1.0.0.0/8]`, API, true],
    ['nets: [10.0.0.0/8]', OUTSIDE, false],
    ['nets: [0.0.0.0/0]', OUTSIDE, true],
    ['notNets: [10.0.0.0/8]', OUTSIDE, true],
    ['notNets: [10.0.0.0/8]', API, false],
    ['nets: [10.0.0.0/8], notNets: [10.0.0.2/31]', API, false],
    ['nets: [10.0.0.0/8], notNets: [10.0.1.0/24]', API, true],
  ])('%s and %s: %s', (terms, to, expected) => {
    expect(matches(`destination: { ${terms} }`, { to })).toBe(expected)
  })

  test('addresses of IPv4 are in no range of IPv6, and the other way round', () => {
    expect(matches('destination: { nets: ["::/0"] }')).toBe(false)
    expect(matches('destination: { nets: [0.0.0.0/0] }', { from: 'web/6', to: 'api/6' })).toBe(false)
    expect(matches('destination: { nets: ["::/0"] }', { from: 'web/6', to: 'api/6' })).toBe(true)
    expect(matches('destination: { nets: ["fd00::2"] }', { from: 'web/6', to: 'api/6' })).toBe(true)
  })

  test('a rule is not there for a family that one of its fields has no range of', () => {
    expect(matches('destination: { notNets: ["fd00::/8"] }')).toBe(false)
    expect(matches('destination: { notNets: ["fd00::/8", 1.1.1.1/32] }')).toBe(true)
  })

  test('and a selector must both hold', () => {
    expect(matches(`destination: { selector: 'app == "api"', nets: [${API}] }`)).toBe(true)
    expect(matches(`destination: { selector: 'app == "api"', nets: [${WEB}] }`)).toBe(false)
    expect(matches(`destination: { selector: 'app == "web"', nets: [${API}] }`)).toBe(false)
  })
})

describe('3.5 ipVersion', () => {
  test.each([
    [4, 'api', true],
    [6, 'api', false],
    [4, 'api/6', false],
    [6, 'api/6', true],
  ])('%i and %s: %s', (version, to, expected) => {
    const from = to === 'api' ? 'web' : 'web/6'
    expect(matches(`ipVersion: ${version}`, { from, to })).toBe(expected)
  })
})

describe('3.5 icmp and notICMP', () => {
  test.each([
    ['icmp: { type: 8 }', true],
    ['icmp: { type: 8, code: 0 }', true],
    ['icmp: { type: 8, code: 1 }', false],
    ['icmp: { type: 0 }', false],
    ['notICMP: { type: 8 }', false],
    ['notICMP: { type: 8, code: 1 }', true],
  ])('%s and type 8 code 0: %s', (terms, expected) => {
    const attempt = { protocol: 1, icmp: { type: 8, code: 0 } }
    expect(matches(`protocol: ICMP, ${terms}`, attempt)).toBe(expected)
  })
})

describe('3.5 and 3.8 selectors', () => {
  test.each([
    [`selector: 'app == "api"'`, 'api', true],
    [`selector: 'app == "api"'`, 'test', false],
    [`selector: 'all()'`, 'test', true],
    [`selector: 'app == "dns"'`, OUTSIDE, true],
    [`selector: 'app == "more"'`, '9.9.9.9', true],
    [`selector: 'app == "more"'`, 'api', true],
    [`selector: 'all()'`, OUTSIDE, true],
    [`selector: 'all()'`, '1.1.1.1', false],
    [`selector: 'app != "api"'`, '1.1.1.1', false],
    [`notSelector: 'app == "api"'`, '1.1.1.1', true],
    [`notSelector: 'app == "api"'`, 'api', false],
    [`notSelector: 'app == "more"'`, 'api', false],
    [`notSelector: 'all()'`, '1.1.1.1', true],
    [`selector: 'all()', notSelector: 'app == "api"'`, 'test', true],
    [`selector: 'all()', notSelector: 'app == "api"'`, '1.1.1.1', false],
    [`selector: 'all()', notSelector: 'app == "web"'`, 'web', false],
    // The set at api's address is a member although api itself is not.
    [`selector: 'all()', notSelector: 'app == "api"'`, 'api', true],
    [`namespaceSelector: 'team == "blue"'`, 'test', true],
    [`namespaceSelector: 'team == "red"'`, 'test', false],
    [`namespaceSelector: 'all()'`, OUTSIDE, false],
    [`namespaceSelector: 'global()'`, OUTSIDE, true],
    [`namespaceSelector: 'global()'`, 'test', false],
    [`namespaceSelector: 'projectcalico.org/name == "lab"'`, 'test', true],
    [`namespaceSelector: 'kubernetes.io/metadata.name == "lab"'`, '9.9.9.9', true],
    [`namespaceSelector: 'team == "blue"', selector: 'app == "more"'`, '9.9.9.9', true],
  ])('are sets of known addresses: %s has %s: %s', (terms, to, expected) => {
    expect(matches(`destination: { ${terms} }`, { to }, 'GlobalNetworkPolicy', [SET])).toBe(expected)
  })

  test.each([
    ['serviceAccounts: { names: [robot] }', true],
    ['serviceAccounts: { names: [other, robot] }', true],
    ['serviceAccounts: { names: [default] }', false],
    [`serviceAccounts: { selector: 'role == "writer"' }`, true],
    [`serviceAccounts: { selector: 'role == "reader"' }`, false],
    [`serviceAccounts: { names: [robot], selector: 'role == "reader"' }`, false],
    [`serviceAccounts: { names: [robot] }, selector: 'app == "web"'`, true],
    [`serviceAccounts: { names: [robot] }, selector: 'app == "api"'`, false],
  ])('service accounts: %s and web: %s', (terms, expected) => {
    expect(matches(`source: { ${terms} }`)).toBe(expected)
  })

  test.each([
    ['', OUTSIDE, true],
    [`selector: 'has(run)'`, 'test', false],
    [`selector: 'has(app)'`, 'api', true],
    [`namespaceSelector: 'team == "blue"', selector: 'has(run)'`, 'test', true],
    [`notSelector: 'app == "api"'`, 'test', false],
    [`notSelector: 'app == "api"'`, 'web', true],
    [`notSelector: 'app == "api"'`, OUTSIDE, false],
  ])('of a namespaced policy are scoped where there is one: %s and %s: %s', (terms, to, expected) => {
    expect(matches(`destination: { ${terms} }`, { to }, 'NetworkPolicy')).toBe(expected)
  })
})

describe('3.5 services', () => {
  const SERVICE = `apiVersion: v1
kind: Service
metadata: { namespace: shop, name: api }
spec: { selector: { app: api }, ports: [{ port: 80, targetPort: http }] }
`
  const SLICE = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { namespace: shop, name: api-1, labels: { kubernetes.io/service-name: api } }
addressType: IPv4
endpoints: [{ addresses: [10.0.0.2] }, { addresses: [8.8.8.8] }]
ports: [{ port: 9090, protocol: TCP }]
`
  const toApi = 'destination: { services: { name: api, namespace: shop } }'

  test.each([
    [SERVICE, 'api', 9090, 6, true],
    [SERVICE, 'api', 80, 6, false],
    [SERVICE, 'api', 9090, 17, false],
    [SERVICE, 'test', 9090, 6, false],
    [SLICE, 'api', 9090, 6, true],
    [SLICE, '8.8.8.8', 9090, 6, true],
    [SLICE, '8.8.8.8', 9091, 6, false],
  ])('of a destination are addresses with protocols and ports %#', (other, to, port, protocol, expected) => {
    expect(matches(toApi, { to, port, protocol }, 'GlobalNetworkPolicy', [other])).toBe(expected)
  })

  test('of a source are addresses alone', () => {
    const rule = 'source: { services: { name: web, namespace: shop } }'
    const service = SERVICE.replaceAll('api', 'web')
    const attempt = { protocol: 17, direction: 'ingress' as const }
    expect(matches(rule, attempt, 'GlobalNetworkPolicy', [service])).toBe(true)
    expect(matches(rule, { ...attempt, from: 'test' }, 'GlobalNetworkPolicy', [service])).toBe(false)
  })

  test('that are not known match nothing', () => {
    expect(matches(toApi, { port: 9090 })).toBe(false)
  })
})

test('3.5 http is as if it were not there: the dataplane does not know it', () => {
  const rule = 'protocol: TCP, http: { methods: [GET], paths: [{ exact: /a }] }'
  expect(matches(rule, { direction: 'ingress' })).toBe(true)
})

test('3.5 all terms must hold', () => {
  const rule = `protocol: TCP, source: { selector: 'app == "web"' }, destination: { selector: 'app == "api"', ports: [80] }`
  expect(matches(rule)).toBe(true)
  expect(matches(rule, { protocol: 17 })).toBe(false)
  expect(matches(rule, { port: 81 })).toBe(false)
  expect(matches(rule, { from: 'test' })).toBe(false)
  expect(matches(rule, { to: 'test' })).toBe(false)
})
