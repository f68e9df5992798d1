/**
 * Measures the policy engine: a run over many keys and one edited policy after it, beside one flow after the other; manifests
 * that are read; selectors through their index, beside a plain loop over all of them.
 */
import type { LabelledKey } from '../src/flows/flow.ts'
import { ensure } from '../src/lib/assert.ts'
import { directionOf, FlowEvaluator } from '../src/policy/evaluate/evaluate-flow.ts'
import { readManifests } from '../src/policy/manifest/read-manifests.ts'
import type { Manifests } from '../src/policy/manifest/resources.ts'
import { PolicyRun } from '../src/policy/run/policy-run.ts'
import { matchSelector } from '../src/policy/selector/match.ts'
import { SelectorIndex } from '../src/policy/selector/selector-index.ts'
import type { Figures } from './figures.ts'
import { clusterFlows, clusterText, policyTexts, workloadLabels } from './policy/seeded-cluster.ts'
import { formatTable, formatWhole, measure, median, mediansInTurns } from './timing.ts'

const KEYS = 100_000
const POLICIES = 500
const DOCUMENTS = 5000
/** Keys between which a worker reads the clock. */
const STEP = 16
/** Keys that are evaluated one by one, which takes a hundred times as long. */
const SAMPLE = 2000
const ROUNDS = 5

function load(policies: ReturnType<typeof policyTexts>): Manifests {
  const { manifests, faults } = readManifests([clusterText(), ...policies])
  if (faults.length > 0) throw new Error(faults[0]?.reason)
  return manifests
}

/** Runs to the end; the milliseconds of the longest step. */
function finish(policyRun: PolicyRun): number {
  let longest = 0
  let isDone = false
  while (!isDone) {
    const started = performance.now()
    isDone = policyRun.step(STEP)
    longest = Math.max(longest, performance.now() - started)
  }
  return longest
}

function evaluateEach(manifests: Manifests, flows: readonly LabelledKey[]): number {
  const evaluator = new FlowEvaluator(manifests)
  return measure(() => {
    for (const flow of flows) {
      const direction = directionOf(flow.key)
      if (direction !== null) evaluator.evaluate(evaluator.know(flow), direction, 'enforced')
    }
  })
}

type Rows = (readonly string[])[]

function runs(figures: Figures): Rows {
  const texts = policyTexts(POLICIES)
  const manifests = load(texts)
  const flows = clusterFlows(KEYS)
  const times: number[] = []
  const steps: number[] = []
  for (let round = 0; round < ROUNDS; round++)
    times.push(measure(() => steps.push(finish(new PolicyRun(manifests, flows, 'enforced')))))
  const whole = median(times)
  const each = evaluateEach(manifests, flows.slice(0, SAMPLE))
  return [
    figures.add(
      { what: `${formatWhole(KEYS)} keys × ${POLICIES} policies`, unit: 'ms', aims: [{ under: 2000 }] },
      whole,
    ),
    figures.add({ what: `longest step of ${STEP} keys`, unit: 'ms', aims: [{ under: 50 }] }, median(steps)),
    figures.add(
      { what: 'times as fast as one flow after the other', unit: '', aims: [] },
      (each / SAMPLE) * (KEYS / whole),
    ),
    ...edits(texts, manifests, flows, figures),
  ]
}

/** An edited policy of each kind, the files read again each time, which is not measured here. */
function edits(
  texts: ReturnType<typeof policyTexts>,
  manifests: Manifests,
  flows: readonly LabelledKey[],
  figures: Figures,
): Rows {
  const edited = new PolicyRun(manifests, flows, 'enforced')
  finish(edited)
  const edit = (number: number, from: string, to: string): readonly string[] => {
    const [times, counts]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round++) {
      const files = texts.map((file, i) =>
        i === number && round % 2 === 0 ? { ...file, text: file.text.replace(from, to) } : file,
      )
      const next = load(files)
      times.push(
        measure(() => {
          edited.update(next)
          finish(edited)
        }),
      )
      counts.push(edited.progress.total)
    }
    edited.update(manifests)
    finish(edited)
    const what = `one edited policy, which selects the reporters of ${formatWhole(ensure(counts[0], 'a round'))} keys`
    return figures.add({ what, unit: 'ms', aims: [{ under: 200 }] }, median(times))
  }
  return [
    edit(3, 'cidr: 10.0.0.0/8', 'cidr: 10.0.0.0/9'),
    edit(20, 'action: Deny', 'action: Allow'),
    edit(20, "team == 't4'", 'all()'),
  ]
}

function reading(figures: Figures): Rows {
  const texts = policyTexts(DOCUMENTS)
  const { read } = mediansInTurns(ROUNDS, { read: () => readManifests(texts) })
  const aims = [{ under: 1000 }]
  return [
    figures.add({ what: `${formatWhole(DOCUMENTS)} documents read and validated`, unit: 'ms', aims }, read),
  ]
}

function selectors(figures: Figures): Rows {
  const all = load(policyTexts(POLICIES)).policies.map(({ selector }) => selector)
  const index = new SelectorIndex(all)
  const labels = workloadLabels()
  let [byIndex, byLoop] = [0, 0]
  const { indexed, loop } = mediansInTurns(ROUNDS, {
    indexed: () => {
      byIndex = 0
      for (const own of labels)
        byIndex += index.matches((label) => (Object.hasOwn(own, label) ? own[label] : null)).length
    },
    loop: () => {
      byLoop = 0
      for (const own of labels) for (const selector of all) if (matchSelector(selector, own)) byLoop++
    },
  })
  if (byIndex !== byLoop) throw new Error(`${byIndex} matches by the index, ${byLoop} by the loop`)
  const rate = (ms: number) => ((labels.length * all.length) / ms) * 1000
  return [
    figures.add(
      { what: 'selectors matched through the index', unit: '/s', aims: [{ over: 20_000_000 }] },
      rate(indexed),
    ),
    figures.add({ what: 'times as fast as a loop over all selectors', unit: '', aims: [] }, loop / indexed),
  ]
}

export async function run(figures: Figures): Promise<void> {
  const rows = [...runs(figures), ...reading(figures), ...selectors(figures)]
  console.log(formatTable(['what', 'aim', 'figure'], rows))
}
