/** Traces for property tests: those that Calico writes, and odd ones that only a foreign or newer producer would. */
import * as fc from 'fast-check'

import {
  ACTIONS,
  type Action,
  type FlowKey,
  POLICY_KINDS,
  type PolicyHit,
  type PolicyKind,
  type PolicyTrace,
  type Reporter,
  REPORTERS,
} from '../../flows/flow.ts'

const names = fc.integer({ min: 0, max: 40 }).map((n) => `policy-${n}`)
const tiers = fc.constantFrom('default', 'app', 'security', '')
const kinds: fc.Arbitrary<PolicyKind> = fc.constantFrom(...POLICY_KINDS, 'Unknown(12)', 'Unknown(Audit)')
const actions: fc.Arbitrary<Action> = fc.constantFrom(...ACTIONS, 'Unknown(7)')
export const anyReporter: fc.Arbitrary<Reporter> = fc.constantFrom(...REPORTERS, 'Unknown(3)')

function hitWith(trigger: fc.Arbitrary<PolicyHit | null>): fc.Arbitrary<PolicyHit> {
  return fc.record({
    kind: kinds,
    namespace: fc.constantFrom('', '-', 'backend'),
    name: fc.oneof(
      names,
      names.map((name) => `default.${name}`),
      fc.constant(''),
    ),
    tier: tiers,
    action: actions,
    policyIndex: fc.oneof(fc.integer({ min: -2, max: 9 }), fc.constant(Number.NaN)),
    ruleIndex: fc.oneof(fc.integer({ min: -3, max: 9 }), fc.constantFrom(Number.NaN, Infinity, 0.5)),
    trigger,
  })
}

/** A hit of any kind, action, index and trigger, fitting together or not. */
const oddHit: fc.Arbitrary<PolicyHit> = hitWith(fc.option(hitWith(fc.option(hitWith(fc.constant(null))))))

/** Any two lists of such hits, also empty, also sharing hits. */
export const oddTrace: fc.Arbitrary<PolicyTrace> = fc
  .tuple(
    fc.array(oddHit, { maxLength: 6 }),
    fc.array(oddHit, { maxLength: 6 }),
    fc.constantFrom('own', 'same', 'more'),
  )
  .map(([enforced, own, how]) => ({
    enforced,
    pending: how === 'own' ? own : how === 'same' ? enforced : [...enforced, ...own],
  }))

/** Changes to a key that make it odd: any trace, end, protocol and port. */
export const oddKey: fc.Arbitrary<Partial<FlowKey>> = fc.record({
  policies: oddTrace,
  reporter: anyReporter,
  action: actions,
  sourceName: fc.constantFrom('web-*', 'pub', 'pvt', ''),
  sourceNamespace: fc.constantFrom('frontend', '-', ''),
  destType: fc.constantFrom(
    'EndpointTypeUnspecified',
    'WorkloadEndpoint',
    'HostEndpoint',
    'NetworkSet',
    'Network',
    'Unknown(9)',
  ),
  destPort: fc.constantFrom(0, 80, -1, Number.NaN),
  proto: fc.constantFrom('tcp', 'udp', 'icmp', 'icmp6', '47', ''),
})

/** Every policy name that a trace holds, triggers and their triggers included. */
export function namesIn({ enforced, pending }: PolicyTrace): ReadonlySet<string> {
  const found = new Set<string>()
  const queue: (PolicyHit | null)[] = [...enforced, ...pending]
  for (let i = 0; i < queue.length; i++) {
    const hit = queue[i]
    if (hit === null || hit === undefined) continue
    found.add(hit.name)
    queue.push(hit.trigger)
  }
  return found
}
