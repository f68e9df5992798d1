import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LabelledKey } from '../../flows/flow.ts'
import { buildKey } from '../../flows/testing/build.ts'
import { ensure } from '../../lib/assert.ts'
import type { Stage } from '../evaluate/connection-evaluator.ts'
import { directionOf, FlowEvaluator } from '../evaluate/evaluate-flow.ts'
import type { Manifests } from '../manifest/resources.ts'
import { anyFlow } from '../testing/arbitrary-flows.ts'
import { anyWorld } from '../testing/arbitrary-world.ts'
import { documents, policyText, shopManifests, tierText } from '../testing/shop-cluster.ts'
import { type FlowOutcome, PolicyRun } from './policy-run.ts'

const anyFlows = fc.array(anyFlow, { minLength: 1, maxLength: 12 })
const anyStage = fc.constantFrom<Stage[]>('enforced', 'pending')

/** What the evaluator of single flows says, with texts and missing facts. */
function oneByOne(manifests: Manifests, flows: readonly LabelledKey[], stage: Stage): readonly FlowOutcome[] {
  return flows.map((flow) => {
    const evaluator = new FlowEvaluator(manifests)
    const direction = directionOf(flow.key)
    if (direction === null) return { verdict: 'none', deciding: [] }
    const { verdict, deciding } = evaluator.evaluate(evaluator.know(flow), direction, stage)
    return { verdict, deciding }
  })
}

function finish(run: PolicyRun, step = 5): void {
  while (!run.step(step));
}

function outcomes(run: PolicyRun, { length }: readonly LabelledKey[]): readonly FlowOutcome[] {
  return Array.from({ length }, (_, i) => run.outcomeOf(i))
}

describe('a run over many flows', () => {
  test('says of each flow what the evaluator of single flows says', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(anyWorld, anyFlows, anyStage, (world, flows, stage) => {
        const run = new PolicyRun(world, flows, stage)
        finish(run)
        const found = outcomes(run, flows)
        for (const { verdict } of found) seen.set(verdict, (seen.get(verdict) ?? 0) + 1)
        expect(found).toEqual(oneByOne(world, flows, stage))
      }),
      { numRuns: 600 },
    )
    for (const verdict of ['Allow', 'Deny', 'unknown', 'none'])
      expect(seen.get(verdict) ?? 0).toBeGreaterThan(200)
  })

  test('after an update says what a run from scratch says', () => {
    let left = 0
    const anyEdit = fc.record({
      kept: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      isPodsEdited: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
      stepsBefore: fc.constantFrom(0, 3, 100),
      tierAction: fc.constantFrom('Deny' as const, 'Pass' as const),
    })
    fc.assert(
      fc.property(anyWorld, anyWorld, anyEdit, anyFlows, anyStage, (world, other, edit, flows, stage) => {
        const { kept, isPodsEdited, stepsBefore, tierAction } = edit
        const ownNames = new Set(
          world.policies.filter((_, i) => kept[i]).map(({ kind, name }) => kind + name),
        )
        const next: Manifests = structuredClone({
          ...world,
          // Of one name there is one policy; those that stay are other objects, as after reading the files again.
          policies: [
            ...world.policies.filter((_, i) => kept[i]),
            ...other.policies.filter(({ kind, name }) => !ownNames.has(kind + name)).slice(0, 2),
          ],
          tiers: world.tiers.map((tier, i) => (i === 1 ? { ...tier, defaultAction: tierAction } : tier)),
          pods: isPodsEdited ? other.pods : world.pods,
        })
        const run = new PolicyRun(world, flows, stage)
        if (stepsBefore > 0) run.step(stepsBefore)
        run.update(next)
        left += flows.length - run.progress.total
        finish(run, 1)
        expect(outcomes(run, flows)).toEqual(oneByOne(next, flows, stage))
      }),
      { numRuns: 600 },
    )
    expect(left).toBeGreaterThan(200)
  })
})

function recordedBy(reporter: 'Src' | 'Dst', sourceName: string): LabelledKey {
  return {
    key: buildKey({
      sourceNamespace: 'shop',
      sourceName,
      destNamespace: 'shop',
      destName: 'api',
      reporter,
      policies: { enforced: [], pending: [] },
    }),
    sourceLabels: [],
    destLabels: [],
  }
}

function egressOf(app: string, action: string, tier = 'default', name = app): string {
  return policyText(
    name,
    `tier: ${tier}, selector: app == "${app}", types: [Egress], egress: [{ action: ${action} }]`,
  )
}

describe('an update', () => {
  const flows = [
    recordedBy('Src', 'web'),
    recordedBy('Src', 'api'),
    recordedBy('Dst', 'web'),
    recordedBy('Src', 'web'),
  ]
  const [web, api] = [egressOf('web', 'Allow'), egressOf('api', 'Allow', 'first')]
  const base = [tierText('first', 10), web, api]

  test.each<[string, readonly string[], number, string]>([
    ['nothing but places', ['# a comment\n', ...base], 0, 'Allow'],
    ['a rule', [tierText('first', 10), egressOf('web', 'Deny'), api], 2, 'Deny'],
    ['a selector', [tierText('first', 10), egressOf('api', 'Allow', 'default', 'web'), api], 3, 'Allow'],
    ['a policy that is gone', [tierText('first', 10), api], 2, 'Allow'],
    ['a policy that is new', [...base, egressOf('api', 'Deny', 'default', 'new')], 1, 'Allow'],
    ['a tier', [tierText('first', 10, 'Pass'), web, api], 1, 'Allow'],
    ['a pod', [...base, 'apiVersion: v1\nkind: Pod\nmetadata: { name: x }\nspec: {}\n'], 4, 'Allow'],
  ])('of %s evaluates the flows that it may concern', (_, texts, count, verdict) => {
    const run = new PolicyRun(shopManifests(documents(...base)), flows, 'enforced')
    finish(run)
    run.update(shopManifests(documents(...texts)))
    expect(run.progress).toEqual({ done: 0, total: count })
    finish(run)
    expect(ensure(outcomes(run, flows)[0], 'an outcome').verdict).toBe(verdict)
  })
})
