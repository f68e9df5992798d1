import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LabelledKey } from '../../flows/flow.ts'
import { buildKey } from '../../flows/testing/build.ts'
import type { Stage } from '../evaluate/connection-evaluator.ts'
import { directionOf, FlowEvaluator } from '../evaluate/evaluate-flow.ts'
import type { Manifests } from '../manifest/resources.ts'
import { anyFlow } from '../testing/arbitrary-flows.ts'
import { anyWorld } from '../testing/arbitrary-world.ts'
import { policyText, shopManifests } from '../testing/shop-cluster.ts'
import { type VerdictChange, VerdictComparison } from './verdict-changes.ts'

function verdictOf(manifests: Manifests, flow: LabelledKey): string {
  const evaluator = new FlowEvaluator(manifests)
  const direction = directionOf(flow.key)
  if (direction === null) return 'none'
  return evaluator.evaluate(evaluator.know(flow), direction, 'enforced').verdict
}

function changesOf(
  flows: readonly LabelledKey[],
  before: Manifests | null,
  after: Manifests,
): readonly VerdictChange[] {
  const comparison = new VerdictComparison(flows, before, after)
  while (!comparison.step(4));
  return [...comparison.changes()]
}

test('a comparison names each flow whose verdicts differ, and those of which it is not known', () => {
  const seen = { 'allow-to-deny': 0, 'deny-to-allow': 0, unknown: 0 }
  fc.assert(
    fc.property(anyWorld, anyWorld, fc.array(anyFlow, { maxLength: 10 }), (world, other, flows) => {
      const after = structuredClone({ ...world, policies: other.policies })
      const changes = new Map(changesOf(flows, world, after).map((change) => [change.flow, change]))
      for (const [number, flow] of flows.entries()) {
        const [old, present] = [verdictOf(world, flow), verdictOf(after, flow)]
        const kind = changes.get(number)?.kind
        if (kind !== undefined) seen[kind]++
        if (old === 'unknown' || present === 'unknown') {
          // Where both are unknown nothing is said of a flow that no changed policy selects.
          if (old !== present) expect(kind).toBe('unknown')
          else expect(['unknown', undefined]).toContain(kind)
        } else expect(kind).toBe(old === present ? undefined : `${old}-to-${present}`.toLowerCase())
      }
    }),
    { numRuns: 500 },
  )
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(50)
})

test('policies that are the same change no flow, whatever is not known', () => {
  fc.assert(
    fc.property(anyWorld, fc.array(anyFlow, { maxLength: 10 }), (world, flows) => {
      expect(changesOf(flows, world, structuredClone(world))).toEqual([])
    }),
    { numRuns: 200 },
  )
})

test('staged policies are taken as enforced where that is asked, against the recorded verdicts', () => {
  const after = shopManifests(
    policyText('web', 'types: [Egress], egress: [{ action: Deny }]', 'StagedGlobalNetworkPolicy'),
  )
  const flows = [{ key: buildKey(), sourceLabels: [], destLabels: [] }]
  const kinds = (stage: Stage) => {
    const comparison = new VerdictComparison(flows, null, after, stage)
    while (!comparison.step(4));
    return [...comparison.changes()].map(({ kind }) => kind)
  }
  expect(kinds('enforced')).toEqual([])
  expect(kinds('pending')).toEqual(['allow-to-deny'])
})
