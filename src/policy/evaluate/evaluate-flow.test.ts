import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { FlowKey, LabelledKey } from '../../flows/flow.ts'
import { ensure } from '../../lib/assert.ts'
import type { Rule } from '../manifest/policy.ts'
import type { Manifests, Pod } from '../manifest/resources.ts'
import { anyWorld } from '../testing/arbitrary-world.ts'
import type { Connection, Direction } from './connection.ts'
import { endpointOfPod } from './endpoint.ts'
import { ConnectionEvaluator, type Stage } from './connection-evaluator.ts'
import { FlowEvaluator } from './evaluate-flow.ts'
import { endOfPod } from './known-end.ts'
import { traceEvidence } from './trace-evidence.ts'

interface Asked {
  readonly world: Manifests
  readonly from: Pod
  readonly to: Pod
  readonly protocol: number
  readonly port: number
  readonly direction: Direction
  readonly stage: Stage
}

const anyAsked: fc.Arbitrary<Asked> = fc
  .record({
    world: anyWorld,
    from: fc.nat(3),
    to: fc.nat(3),
    protocol: fc.constantFrom(6, 17),
    port: fc.constantFrom(80, 443),
    direction: fc.constantFrom('egress' as const, 'ingress' as const),
    stage: fc.constantFrom('enforced' as const, 'pending' as const),
  })
  .map(({ from, to, ...asked }) => ({
    ...asked,
    from: ensure(asked.world.pods[from], 'a pod'),
    to: ensure(asked.world.pods[to], 'a pod'),
  }))

/** What really happens. */
function truth(
  { world, from, to, protocol, port, direction, stage }: Asked,
  sourcePort = 40_000,
  icmp: Connection['icmp'] = null,
) {
  const end = (pod: Pod, endPort: number) => ({
    endpoint: endpointOfPod(pod, world),
    address: ensure(pod.addresses[0], 'an address'),
    port: endPort,
  })
  const connection: Connection = {
    source: end(from, sourcePort),
    destination: end(to, port),
    protocol,
    icmp,
  }
  const endpoint = endpointOfPod(direction === 'egress' ? from : to, world)
  return new ConnectionEvaluator(world).evaluate(endpoint, connection, direction, stage)
}

/** The record of it. `hidden`: labels that it lost. */
function recordOf(
  { world, from, to, protocol, port, direction }: Asked,
  hidden: readonly string[],
): LabelledKey {
  const key: FlowKey = {
    sourceName: from.flowName,
    sourceNamespace: from.namespace,
    sourceType: 'WorkloadEndpoint',
    destName: to.flowName,
    destNamespace: to.namespace,
    destType: 'WorkloadEndpoint',
    destPort: port,
    destServiceName: '-',
    destServiceNamespace: '-',
    destServicePortName: '-',
    destServicePort: 0,
    proto: String(protocol),
    reporter: direction === 'egress' ? 'Src' : 'Dst',
    action: 'Allow',
    policies: { enforced: [], pending: [] },
  }
  const labelsOf = (pod: Pod): readonly string[] =>
    Object.entries(endpointOfPod(pod, world).labels)
      .filter(([label]) => !/^pc(ns|sa)\./.test(label) && !hidden.includes(label))
      .map(([label, value]) => `${label}=${value}`)
  return { key, sourceLabels: labelsOf(from), destLabels: labelsOf(to) }
}

function withSourcePort(rule: Rule): Rule {
  const ports = rule.destination.notPorts.filter((port) => 'from' in port)
  return { ...rule, source: { ...rule.source, ports } }
}

/** The world with rules that ask for source ports, too: no record tells these. */
function withSourcePorts(world: Manifests): Manifests {
  const policies = world.policies.map((policy) => ({
    ...policy,
    ingress: policy.ingress?.map(withSourcePort) ?? null,
    egress: policy.egress?.map(withSourcePort) ?? null,
  }))
  return { ...world, policies }
}

/** The verdict for a connection whose every fact is given, as `eval` asks for it. */
function evaluateKnown(asked: Asked, sourcePort: number, icmp: Connection['icmp']) {
  const { world, from, to, direction, stage } = asked
  const evaluator = new FlowEvaluator(world)
  const { key, protocol } = evaluator.know(recordOf(asked, []))
  const [source, destination] = [endOfPod(from, world), endOfPod(to, world)]
  const flow = { key, protocol, source, destination, sourcePort, icmp, loaded: world }
  return evaluator.evaluate(flow, direction, stage)
}

function evaluateRecord(asked: Asked, known: Manifests, hidden: readonly string[] = []) {
  const evaluator = new FlowEvaluator(known)
  return evaluator.evaluate(evaluator.know(recordOf(asked, hidden)), asked.direction, asked.stage)
}

test('a connection of which every fact is given is evaluated as by the two-valued evaluator', () => {
  const anyFacts = fc.record({
    sourcePort: fc.constantFrom(80, 443, 40_000),
    icmp: fc.constantFrom({ type: 8, code: 0 }, { type: 8, code: 1 }, { type: 3, code: 1 }),
    isIcmp: fc.boolean(),
  })
  fc.assert(
    fc.property(anyAsked, anyFacts, (anyTransport, { sourcePort, icmp, isIcmp }) => {
      const world = withSourcePorts(anyTransport.world)
      const asked = { ...anyTransport, world, ...(isIcmp ? { protocol: 1 } : {}) }
      const type = isIcmp ? icmp : null
      expect(evaluateKnown(asked, sourcePort, type)).toMatchObject({
        ...truth(asked, sourcePort, type),
        missing: [],
      })
    }),
    { numRuns: 1000 },
  )
})

describe('a recorded flow', () => {
  test('whose pods are known is evaluated as the connection was', () => {
    fc.assert(
      fc.property(anyAsked, (asked) => {
        const { verdict, hits, missing } = evaluateRecord(asked, asked.world)
        expect({ verdict, hits, missing }).toEqual({ ...truth(asked), missing: [] })
      }),
      { numRuns: 3000 },
    )
  })

  test('of which less is known has the same verdict, or an unknown one with what is missing', () => {
    const anyHidden = fc.record({
      pods: fc.boolean(),
      namespaces: fc.boolean(),
      accounts: fc.boolean(),
      addresses: fc.boolean(),
      labels: fc.subarray(['app', 'tier', 'projectcalico.org/serviceaccount', 'projectcalico.org/namespace']),
    })
    let [definite, unknown] = [0, 0]
    fc.assert(
      fc.property(anyAsked, anyHidden, (asked, hidden) => {
        const { world } = asked
        const pods = world.pods.map((pod) => (hidden.addresses ? { ...pod, addresses: [] } : pod))
        const known = {
          ...world,
          pods: hidden.pods ? [] : pods,
          namespaces: hidden.namespaces ? [] : world.namespaces,
          serviceAccounts: hidden.accounts ? [] : world.serviceAccounts,
        }
        const { verdict, hits, missing } = evaluateRecord(asked, known, hidden.labels)
        const real = truth(asked)
        if (verdict === 'unknown') {
          unknown++
          expect(missing).not.toEqual([])
          return
        }
        definite++
        expect(verdict).toBe(real.verdict)
        if (hits !== null) expect(hits).toEqual(real.hits)
      }),
      { numRuns: 5000 },
    )
    expect(Math.min(definite, unknown)).toBeGreaterThan(500)
  })

  test('with its enforced trace proves what its record does not tell, and never a wrong answer', () => {
    let settled = 0
    fc.assert(
      fc.property(anyAsked, fc.subarray(['app', 'tier']), (asked, hidden) => {
        const enforced = truth({ ...asked, stage: 'enforced' })
        const known = { ...asked.world, pods: [], namespaces: [] }
        const evaluator = new FlowEvaluator(known)
        const record = recordOf(asked, hidden)
        const flow = evaluator.know({
          ...record,
          key: { ...record.key, policies: { enforced: enforced.hits, pending: [] } },
        })
        const { evidence, difference } = traceEvidence(evaluator, flow, asked.direction)
        expect(difference).toBeNull()
        const before = evaluator.evaluate(flow, asked.direction, asked.stage)
        const after = evaluator.evaluate(flow, asked.direction, asked.stage, evidence)
        if (before.verdict === 'unknown' && after.verdict !== 'unknown') settled++
        if (after.verdict !== 'unknown') expect(after.verdict).toBe(truth(asked).verdict)
      }),
      { numRuns: 3000 },
    )
    expect(settled).toBeGreaterThan(100)
  })
})
