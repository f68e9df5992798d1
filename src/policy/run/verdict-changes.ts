/** Which of many recorded flows have another verdict under other policies, and by which rule. */
import type { LabelledKey } from '../../flows/flow.ts'
import { inOrder, isFinal } from '../../flows/hit.ts'
import { type Evidence, directionOf, FlowEvaluator } from '../evaluate/evaluate-flow.ts'
import type { Stage } from '../evaluate/connection-evaluator.ts'
import type { Direction } from '../evaluate/connection.ts'
import type { MissingFact } from '../evaluate/missing-fact.ts'
import { traceEvidence } from '../evaluate/trace-evidence.ts'
import type { Difference } from '../evaluate/trace-agreement.ts'
import type { Manifests } from '../manifest/resources.ts'
import { hasSameSurroundings } from './policy-changes.ts'
import { type FlowOutcome, type FlowVerdict, PolicyRun } from './policy-run.ts'

/** `unknown`: what the record does not tell decides whether the verdict changes. */
export const CHANGE_KINDS = ['allow-to-deny', 'deny-to-allow', 'unknown'] as const
export type ChangeKind = (typeof CHANGE_KINDS)[number]

export interface VerdictChange {
  /** The flow's number. */
  readonly flow: number
  readonly kind: ChangeKind
  readonly direction: Direction
  readonly before: FlowOutcome
  readonly after: FlowOutcome
  /** What would have to be known for a definite answer. */
  readonly missing: readonly MissingFact[]
  /** Where the flow's recorded trace contradicts the policies of before; null without them. */
  readonly difference: Difference | null
}

const NO_EVIDENCE: Evidence = new Map()

/**
 * Compares the verdicts under policies with those under the policies of before, or, where these are null, with the recorded
 * ones. Recorded traces tell what records do not, where the policies of before are there to say what a trace proves.
 */
export class VerdictComparison {
  readonly #flows: readonly LabelledKey[]
  readonly #before: FlowEvaluator | null
  readonly #after: FlowEvaluator
  readonly #stage: Stage
  readonly #run: PolicyRun
  /** Under the policies of before; null until they were all evaluated, or without such policies. */
  #outcomes: readonly FlowOutcome[] | null = null
  /** Whether what a trace proves under the policies of before holds under the others, too. */
  readonly #carriesEvidence: boolean

  /** `stage`: with `pending` staged policies are taken as enforced, on both sides that are evaluated. */
  constructor(
    flows: readonly LabelledKey[],
    before: Manifests | null,
    after: Manifests,
    stage: Stage = 'enforced',
  ) {
    this.#stage = stage
    this.#flows = flows
    this.#before = before === null ? null : new FlowEvaluator(before)
    this.#after = new FlowEvaluator(after)
    this.#run = new PolicyRun(before ?? after, flows, stage)
    this.#carriesEvidence = before !== null && hasSameSurroundings(before, after)
  }

  /** Evaluates up to `count` more flows. Whether that was all. */
  step(count: number): boolean {
    if (!this.#run.step(count)) return false
    if (this.#before === null || this.#outcomes !== null) return true
    this.#outcomes = this.#flows.map((_, flow) => this.#run.outcomeOf(flow))
    this.#run.update(this.#after.manifests)
    return false
  }

  /** Flows that no endpoint reported, so that no policy decided them. */
  get unreported(): number {
    return this.#flows.filter(({ key }) => directionOf(key) === null).length
  }

  /**
   * Flows whose recorded verdict is another one than that under the policies of before, so that these are not the ones that
   * were in force. After the last step.
   */
  get contradicted(): number {
    const outcomes = this.#outcomes ?? []
    return this.#flows.filter(({ key }, flow) => {
      const verdict = outcomes[flow]?.verdict
      return isFinal(key.action) && (verdict === 'Allow' || verdict === 'Deny') && verdict !== key.action
    }).length
  }

  /** After the last step. */
  *changes(): Generator<VerdictChange> {
    for (const [flow, labelled] of this.#flows.entries()) {
      const direction = directionOf(labelled.key)
      const after = this.#run.outcomeOf(flow)
      const before = this.#outcomes === null ? recordedOutcome(labelled) : this.#outcomes[flow]
      // The same object: the flow is of no endpoint that a changed policy selects.
      if (direction === null || before === undefined || before === after) continue
      if (changeOf(before.verdict, after.verdict) === null) continue
      const change = this.#settle(flow, labelled, direction, before)
      if (change !== null) yield change
    }
  }

  /** The change with what the recorded trace tells; null where that says that there is none. */
  #settle(
    flow: number,
    labelled: LabelledKey,
    direction: Direction,
    recorded: FlowOutcome,
  ): VerdictChange | null {
    const { evidence, difference, before } = this.#provenBefore(labelled, direction)
    const known = this.#after.know(labelled)
    const carried = this.#carriesEvidence ? evidence : NO_EVIDENCE
    const after = this.#after.evaluate(known, direction, this.#stage, carried)
    const earlier = before ?? { ...recorded, missing: [] }
    const kind = changeOf(earlier.verdict, after.verdict)
    if (kind === null) return null
    const missing = [...earlier.missing, ...after.missing]
    return { flow, kind, direction, before: earlier, after, missing, difference }
  }

  #provenBefore(labelled: LabelledKey, direction: Direction) {
    if (this.#before === null) return { evidence: NO_EVIDENCE, difference: null, before: null }
    const flow = this.#before.know(labelled)
    const { evidence, difference } = traceEvidence(this.#before, flow, direction)
    const before = this.#before.evaluate(flow, direction, this.#stage, evidence)
    return { evidence, difference, before }
  }
}

function recordedOutcome({ key }: LabelledKey): FlowOutcome {
  const { action } = key
  const deciding = inOrder(key.policies.enforced).slice(-1)
  return { verdict: isFinal(action) ? action : 'none', deciding }
}

/** Null where both are the same definite verdict. */
export function changeOf(before: FlowVerdict, after: FlowVerdict): ChangeKind | null {
  if (before === 'Allow' && after === 'Deny') return 'allow-to-deny'
  if (before === 'Deny' && after === 'Allow') return 'deny-to-allow'
  return before === after && after !== 'unknown' ? null : 'unknown'
}
