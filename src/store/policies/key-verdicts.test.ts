import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { LabelledKey } from '../../flows/flow.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import type { Stage } from '../../policy/evaluate/connection-evaluator.ts'
import type { Manifests } from '../../policy/manifest/resources.ts'
import { type FlowOutcome, PolicyRun } from '../../policy/run/policy-run.ts'
import { anyFlow } from '../../policy/testing/arbitrary-flows.ts'
import { anyWorld } from '../../policy/testing/arbitrary-world.ts'
import { RecordStore } from '../keys/record-store.ts'
import { KeyVerdicts } from './key-verdicts.ts'

/** A run over all flows at once. */
function fromScratch(
  manifests: Manifests,
  flows: readonly LabelledKey[],
  stage: Stage,
): readonly FlowOutcome[] {
  const run = new PolicyRun(manifests, flows, stage)
  while (!run.step(100));
  return flows.map((_, i) => run.outcomeOf(i))
}

test('whatever was evaluated before, by whatever policies, verdicts are those of a run from scratch', () => {
  const anyRound = fc.record({
    world: fc.option(anyWorld, { nil: null }),
    /** Flows that come in before it, and which of all are asked for. */
    added: fc.array(anyFlow, { maxLength: 6 }),
    asked: fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }),
    /** After how many steps it is given up; null for one that is finished. */
    steps: fc.option(fc.nat({ max: 3 }), { nil: null, freq: 3 }),
  })
  let checked = 0
  fc.assert(
    fc.property(
      anyWorld,
      fc.constantFrom<Stage[]>('enforced', 'pending'),
      fc.array(anyRound, { minLength: 1, maxLength: 4 }),
      (first, stage, rounds) => {
        const store = new RecordStore({ budget: 2 ** 26, live: true })
        const flows: LabelledKey[] = []
        let manifests = first
        const verdicts = new KeyVerdicts(store.keys, first, stage)
        for (const { world, added, asked, steps } of rounds) {
          for (const flow of added) {
            store.append(
              buildFlow(flow.key, { sourceLabels: flow.sourceLabels, destLabels: flow.destLabels }),
            )
            if (store.keys.entryCount > flows.length) flows.push(flow)
          }
          // As from other files: nothing is the same object.
          if (world !== null) manifests = structuredClone(world)
          const entries = Uint32Array.from(flows.keys()).filter((entry) => asked[entry] === true)
          const evaluation = verdicts.evaluate(entries, manifests)
          for (let step = 0; step !== steps && evaluation.next().done !== true; step++);
          if (steps !== null) continue
          const expected = fromScratch(manifests, flows, stage)
          for (const entry of entries) {
            expect(verdicts.outcomeOf(entry)).toEqual(expected[entry])
            checked++
          }
        }
      },
    ),
    { numRuns: 200 },
  )
  expect(checked).toBeGreaterThan(200)
})
