/** For tests: arbitrary flows, and arbitrary ways to cut a file into chunks. */
import * as fc from 'fast-check'

import {
  ACTIONS,
  ENDPOINT_TYPES,
  type Flow,
  type FlowKey,
  POLICY_KINDS,
  type PolicyHit,
  REPORTERS,
} from '../../flows/flow.ts'

const word = fc.oneof(fc.constantFrom('web-*', 'pub', '-', 'ns', 'a "quoted" {name}', 'ü\n', ''), fc.string())
const position = fc.nat({ max: 20 })

/** An enum's names, with a value that is not in it: by number (newer Calico) or by word. */
function enumName<const Name extends string>(
  names: readonly Name[],
): fc.Arbitrary<Name | `Unknown(${string})`> {
  return fc.constantFrom(...names, 'Unknown(99)' as const)
}

const plainHit = fc.record({
  kind: enumName(POLICY_KINDS),
  namespace: word,
  name: word,
  tier: word,
  action: enumName(ACTIONS),
  policyIndex: position,
  ruleIndex: fc.integer({ min: -2, max: 40 }),
})
const hit: fc.Arbitrary<PolicyHit> = fc
  .tuple(plainHit, fc.option(plainHit))
  .map(([outer, trigger]) =>
    Object.assign(outer, { trigger: trigger === null ? null : Object.assign(trigger, { trigger: null }) }),
  )
const hits = fc
  .array(hit, { maxLength: 4 })
  .map((list) => list.toSorted((a, b) => a.policyIndex - b.policyIndex))

const key: fc.Arbitrary<FlowKey> = fc.record({
  sourceName: fc.string({ minLength: 1 }),
  sourceNamespace: word,
  sourceType: enumName(ENDPOINT_TYPES),
  destName: word,
  destNamespace: word,
  destType: enumName(ENDPOINT_TYPES),
  destPort: fc.nat({ max: 65_535 }),
  destServiceName: word,
  destServiceNamespace: word,
  destServicePortName: word,
  destServicePort: fc.nat({ max: 65_535 }),
  proto: fc.constantFrom('tcp', 'udp', 'icmp', '47'),
  reporter: enumName(REPORTERS),
  action: enumName(ACTIONS),
  policies: fc.record({ enforced: hits, pending: hits }),
})

const count = fc.oneof(fc.nat(), fc.maxSafeNat())
const labels = fc.array(word, { maxLength: 3 })

/** Any flow that protobuf can carry: all is recorded, and values outside the enums are known by number. */
export const anyFlow: fc.Arbitrary<Flow> = fc.record({
  key,
  sourceLabels: labels,
  destLabels: labels,
  startTime: fc.nat({ max: 4_000_000_000 }),
  endTime: fc.nat({ max: 4_000_000_000 }),
  packetsIn: count,
  packetsOut: count,
  bytesIn: count,
  bytesOut: count,
  numConnectionsStarted: count,
  numConnectionsCompleted: count,
  numConnectionsLive: count,
})

/** Lengths of the chunks into which a file is cut, at any places. */
export const anyCuts: fc.Arbitrary<readonly number[]> = fc.array(
  fc.oneof(fc.constantFrom(1, 2, 3), fc.integer({ min: 1, max: 400 })),
  { maxLength: 60 },
)
