/** For tests: small clusters whose policies, labels and addresses meet each other often. */
import fc from 'fast-check'
import { ensure } from '../../lib/assert.ts'
import { type Cidr, parseCidr } from '../manifest/cidr.ts'
import type { Policy, Rule, RuleEnd, Tier } from '../manifest/policy.ts'
import type { Manifests, NetworkSet, Pod } from '../manifest/resources.ts'
import { parseSelector } from '../selector/parse.ts'

const PLACE = { file: 'test', line: 1, column: 1, endLine: 1 }
const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.0.1.1', '192.168.0.1'].map(cidr)
const NETS = ['10.0.0.0/24', '10.0.0.0/8', '0.0.0.0/0', '192.168.0.0/16', '::/0', '10.0.0.2/32'].map(cidr)
const SELECTORS = [
  'all()',
  'app == "web"',
  'app != "web"',
  'has(tier)',
  '!has(tier)',
  'tier in {"a", "b"} || app == "api"',
  'projectcalico.org/namespace == "one"',
  'pcns.team == "red"',
  'pcns.projectcalico.org/name == "two" && app == "web"',
  'projectcalico.org/serviceaccount == "robot"',
  'pcsa.role == "writer"',
].map(parseSelector)

const SERVICES = [
  { namespace: 'one', name: 'sliced' },
  { namespace: 'two', name: 'selecting' },
]

function cidr(text: string): Cidr {
  return ensure(parseCidr(text), text)
}

const anyNets = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...NETS), { minLength: 1, maxLength: 2 }) },
)
const anySelectorOrNone = fc.option(fc.constantFrom(...SELECTORS), { freq: 2 })
const noPorts = fc.constant<RuleEnd['ports']>([])
const anyPorts = fc.oneof(
  { weight: 3, arbitrary: noPorts },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.constantFrom({ from: 80, to: 80 }, { from: 1, to: 100 }, { from: 443, to: 443 }, { name: 'http' }),
      { minLength: 1, maxLength: 2 },
    ),
  },
)

function anyEnd(ports: fc.Arbitrary<RuleEnd['ports']>): fc.Arbitrary<RuleEnd> {
  return fc.record({
    nets: anyNets,
    notNets: anyNets,
    ports,
    notPorts: fc.oneof({ weight: 4, arbitrary: noPorts }, ports),
    selector: anySelectorOrNone,
    notSelector: fc.option(fc.constantFrom(...SELECTORS), { freq: 1 }),
    service: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, fc.constantFrom(...SERVICES)),
  })
}

const anyIcmp = fc.oneof(
  { weight: 9, arbitrary: fc.constant(null) },
  fc.constantFrom({ type: 8, code: null }, { type: 8, code: 0 }, { type: 3, code: 1 }),
)

/** Without source ports, which no record tells. */
const anyRule: fc.Arbitrary<Rule> = fc.record({
  action: fc.constantFrom('Allow' as const, 'Deny' as const, 'Pass' as const, 'Log' as const),
  protocol: fc.constantFrom(
    null,
    null,
    { text: 'TCP', number: 6 },
    { text: 'UDP', number: 17 },
    { text: 'ICMP', number: 1 },
  ),
  notProtocol: fc.constantFrom(null, null, null, { text: 'UDP', number: 17 }),
  ipVersion: fc.constantFrom(null, null, null, 4 as const, 6 as const),
  icmp: anyIcmp,
  notIcmp: anyIcmp,
  source: anyEnd(noPorts),
  destination: anyEnd(anyPorts),
  hasHttp: fc.constant(false),
  place: fc.constant(PLACE),
})

const anyRules = fc.option(fc.array(anyRule, { maxLength: 3 }), { freq: 5 })

const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    staged: fc.boolean(),
    name: fc.constantFrom('a', 'a-b', 'b', 'c', 'd'),
    tier: fc.constantFrom('default', 'first', 'undeclared'),
    order: fc.constantFrom(null, 1, 2),
    selector: fc.constantFrom(...SELECTORS),
    ingress: anyRules,
    egress: anyRules,
  })
  .map(({ staged, ...policy }) => ({
    ...policy,
    kind: staged ? 'StagedGlobalNetworkPolicy' : 'GlobalNetworkPolicy',
    namespace: '',
    stagedAction: staged ? 'Set' : null,
    doNotTrack: false,
    preDnat: false,
    applyOnForward: false,
    place: PLACE,
  }))

const anyPod: fc.Arbitrary<Pod> = fc
  .record({
    namespace: fc.constantFrom('one', 'two'),
    labels: fc.record(
      { app: fc.constantFrom('web', 'api'), tier: fc.constantFrom('a', 'b', '') },
      { requiredKeys: [] },
    ),
    serviceAccount: fc.constantFrom('default', 'robot'),
    ports: fc.constantFrom([], [{ name: 'http', protocol: 6, port: 80 }]),
  })
  .map((pod) => ({
    ...pod,
    labels: Object.fromEntries(Object.entries(pod.labels).filter(([, value]) => value !== undefined)),
    name: '',
    flowName: '',
    addresses: [],
    isHostNetworked: false,
    place: PLACE,
  }))

const anySet: fc.Arbitrary<NetworkSet> = fc.record({
  namespace: fc.constantFrom('', 'one'),
  name: fc.constant('set'),
  labels: fc.constantFrom({ app: 'web' }, { tier: 'a' }, {}),
  nets: fc.array(fc.constantFrom(...NETS), { minLength: 1, maxLength: 2 }),
  place: fc.constant(PLACE),
})

const TIERS: readonly Tier[] = [
  { name: 'default', order: 1_000_000, defaultAction: 'Deny', place: null },
  { name: 'first', order: 10, defaultAction: 'Pass', place: null },
]

/** Four pods, one at each of {@link ADDRESSES}, with everything that selectors ask of them. */
export const anyWorld: fc.Arbitrary<Manifests> = fc
  .record({
    policies: fc.uniqueArray(anyPolicy, { maxLength: 6, selector: ({ kind, name }) => `${kind} ${name}` }),
    pods: fc.tuple(anyPod, anyPod, anyPod, anyPod),
    networkSets: fc.array(anySet, { maxLength: 1 }),
    team: fc.constantFrom({}, { team: 'red' }, { team: 'blue' }),
    role: fc.constantFrom({}, { role: 'writer' }),
  })
  .map(({ policies, pods, networkSets, team, role }) => ({
    policies,
    tiers: TIERS,
    networkSets,
    hostEndpoints: [],
    namespaces: [
      { namespace: '', name: 'one', labels: { ...team, 'kubernetes.io/metadata.name': 'one' }, place: PLACE },
      { namespace: '', name: 'two', labels: { 'kubernetes.io/metadata.name': 'two' }, place: PLACE },
    ],
    serviceAccounts: [
      { namespace: 'one', name: 'robot', labels: role, place: PLACE },
      { namespace: 'two', name: 'robot', labels: {}, place: PLACE },
      { namespace: 'one', name: 'default', labels: {}, place: PLACE },
      { namespace: 'two', name: 'default', labels: {}, place: PLACE },
    ],
    pods: pods.map((pod, i) => ({
      ...pod,
      name: `pod-${i}`,
      flowName: `pod-${i}`,
      addresses: [ensure(ADDRESSES[i], 'an address')],
    })),
    services: [
      {
        namespace: 'two',
        name: 'selecting',
        selector: { app: 'web' },
        addresses: [],
        ports: [{ name: '', protocol: 6, port: 80, target: 'http' }],
        place: PLACE,
      },
    ],
    endpointSlices: [
      {
        namespace: 'one',
        name: 'sliced-x',
        service: 'sliced',
        addresses: ADDRESSES.slice(0, 2),
        ports: [{ name: '', protocol: 6, port: 80 }],
        place: PLACE,
      },
    ],
    profiles: [],
  }))
