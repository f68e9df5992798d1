/** For tests: manifests of Calico's policies, without faults. */
import fc from 'fast-check'
import { printSelector } from '../../selector/canonical.ts'
import type { Selector } from '../../selector/selector.ts'
import { anySelector } from '../../selector/testing/arbitrary-selectors.ts'

/** In the API, `global()` stands alone, and no text is longer than 1,024 characters. */
const selectorText = anySelector
  .map((selector) => printSelector(withoutGlobal(selector)))
  .filter((text) => text.length < 300 && !text.includes('global('))
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const net = fc.constantFrom('10.0.0.0/8', '10.1.2.3', '192.168.0.0/16', '0.0.0.0/0')
const port = fc.oneof(
  fc.integer({ min: 1, max: 65_535 }),
  fc.constantFrom('80:90', '1:65535', 'web', 'yes', 'a.b_c-d'),
)

const end = fc.record(
  {
    nets: fc.uniqueArray(net, { maxLength: 2 }),
    notNets: fc.uniqueArray(fc.constantFrom('10.0.0.0/8', '10.1.2.3'), { maxLength: 2 }),
    selector: selectorText,
    notSelector: selectorText,
    namespaceSelector: fc.oneof(selectorText, fc.constantFrom('all()', 'global()', '!all()')),
    serviceAccounts: fc.record(
      { names: fc.array(fc.constantFrom('a', 'b-c'), { maxLength: 2 }), selector: selectorText },
      { requiredKeys: [] },
    ),
    ports: fc.array(port, { maxLength: 3 }),
    notPorts: fc.array(port, { maxLength: 3 }),
  },
  { requiredKeys: [] },
)
const action = fc.constantFrom('Allow', 'Deny', 'Pass', 'Log')
const rule = fc.oneof(
  fc.record(
    { action, protocol: fc.constantFrom('TCP', 'UDP', 'SCTP', 6, 17), source: end, destination: end },
    { requiredKeys: ['action', 'protocol'] },
  ),
  fc.record(
    {
      action,
      protocol: fc.constantFrom('ICMP', 1),
      icmp: fc.record({ type: fc.nat(254), code: fc.nat(255) }, { requiredKeys: ['type'] }),
      notICMP: fc.record({ type: fc.nat(254) }),
      ipVersion: fc.constant(4),
    },
    { requiredKeys: ['action', 'protocol'] },
  ),
  fc
    .record(
      { action, notProtocol: fc.constantFrom('UDPLite', 'ICMPv6', 255), ipVersion: fc.constantFrom(4, 6) },
      { requiredKeys: ['action', 'notProtocol'] },
    )
    .filter(({ notProtocol, ipVersion }) => notProtocol !== 'ICMPv6' || ipVersion !== 4),
)
const service = fc.record({ services: fc.constantFrom({ name: 's', namespace: 'n' }) })

/** Rules of one direction, of which those of ingress alone may have HTTP. */
function rulesOf(direction: 'ingress' | 'egress') {
  const byService = fc.record({ action, [direction === 'ingress' ? 'source' : 'destination']: service })
  const byHttp = fc.record({
    action: fc.constant('Allow'),
    protocol: fc.constant('TCP'),
    http: fc.constant({}),
  })
  const special = direction === 'ingress' ? fc.oneof(byService, byHttp) : byService
  return fc.array(fc.oneof({ weight: 4, arbitrary: rule }, special), { maxLength: 3 })
}
const types = fc.constantFrom<string[][]>(['Ingress'], ['Egress'], ['Ingress', 'Egress'])

/** The members of a spec: those of policies in a namespace, and those of global ones beside them. */
function specOf(isGlobal: boolean, isStaged: boolean) {
  return fc
    .record({
      tier: maybe(fc.constantFrom('default', 'kube-admin')),
      order: maybe(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))),
      selector: maybe(selectorText),
      serviceAccountSelector: maybe(selectorText),
      namespaceSelector: isGlobal ? maybe(selectorText) : fc.constant(undefined),
      types,
      ingress: rulesOf('ingress'),
      egress: rulesOf('egress'),
      doNotTrack: isGlobal ? maybe(fc.boolean()) : fc.constant(undefined),
      applyOnForward: isGlobal ? maybe(fc.boolean()) : fc.constant(undefined),
      stagedAction: isStaged ? maybe(fc.constantFrom('Set', 'Learn', 'Ignore')) : fc.constant(undefined),
    })
    .map(({ ingress, egress, ...rest }) => ({
      ...rest,
      applyOnForward: rest.doNotTrack === true ? true : rest.applyOnForward,
      ingress: rest.types.includes('Ingress') ? ingress : [],
      egress: rest.types.includes('Egress') ? egress : [],
    }))
}

/** An object that JSON.stringify makes a manifest of. */
export const anyPolicyObject = fc.tuple(fc.boolean(), fc.boolean()).chain(([isGlobal, isStaged]) =>
  specOf(isGlobal, isStaged).map((spec) => ({
    apiVersion: 'projectcalico.org/v3',
    kind: `${isStaged ? 'Staged' : ''}${isGlobal ? 'Global' : ''}NetworkPolicy`,
    metadata: isGlobal ? { name: 'yes' } : { name: '1.5', namespace: 'on' },
    spec,
  })),
)

function withoutGlobal(selector: Selector): Selector {
  if (selector.is === 'global') return { is: 'all' }
  if (selector.is === 'not') return { is: 'not', operand: withoutGlobal(selector.operand) }
  if (selector.is !== 'and' && selector.is !== 'or') return selector
  return { is: selector.is, operands: selector.operands.map(withoutGlobal) }
}
