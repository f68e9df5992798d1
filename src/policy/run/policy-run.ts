/**
 * The verdicts of policies for many recorded flows, evaluated in steps, so that a worker answers in between. After policies
 * were edited only the flows of endpoints that they select, or selected, are evaluated again.
 */
import type { LabelledKey, PolicyHit } from '../../flows/flow.ts'
import type { Stage } from '../evaluate/connection-evaluator.ts'
import type { Direction } from '../evaluate/connection.ts'
import { directionOf, FlowEvaluator } from '../evaluate/evaluate-flow.ts'
import type { KnownEnd } from '../evaluate/known-end.ts'
import { TierWalk, type WalkAnswers } from '../evaluate/tier-walk.ts'
import type { Manifests } from '../manifest/resources.ts'
import { matchPartly } from '../selector/match.ts'
import { CompiledRules, EndTruths, type FlowTruths } from './compiled-rules.ts'
import { hasSameSurroundings, mergePolicies } from './policy-changes.ts'
import { PolicySelector, type Selection } from './policy-selection.ts'

/** `none`: a flow without a reporter, which no policy decided. */
export type FlowVerdict = 'Allow' | 'Deny' | 'unknown' | 'none'

export interface FlowOutcome {
  readonly verdict: FlowVerdict
  /** The hits of which one decides. Their positions in the trace are not set. */
  readonly deciding: readonly PolicyHit[]
}

const NO_OUTCOME: FlowOutcome = { verdict: 'none', deciding: [] }

/** An endpoint whose traffic policies govern in one direction, with the flows that it reported. */
interface Reporter {
  readonly end: EndTruths
  readonly direction: Direction
  readonly flows: number[]
  selection: Selection | null
}

interface PreparedFlow extends FlowTruths {
  readonly reporter: Reporter
}

export class PolicyRun {
  readonly #flows: LabelledKey[]
  readonly #stage: Stage
  #evaluator: FlowEvaluator
  #selector: PolicySelector
  #rules = new CompiledRules()
  #ends = new Map<KnownEnd, EndTruths>()
  #reporters: Readonly<Record<Direction, Map<KnownEnd, Reporter>>> = { egress: new Map(), ingress: new Map() }
  #prepared: (PreparedFlow | null | undefined)[]
  #outcomes: FlowOutcome[]
  /** Numbers of flows that are to be evaluated; null for all of them. */
  #queue: number[] | null = null
  #done = 0
  /** Of the walk that is on its way. */
  #flow: FlowTruths | null = null
  #selects: Selection['selects'] = new Map()
  /** One object for all walks, which are too many for two functions each. */
  readonly #answers: WalkAnswers = {
    selects: (policy) => (this.#selects.has(policy) ? this.#selects.get(policy) : false),
    matches: (rule) => (this.#flow === null ? false : this.#rules.matches(rule, this.#flow)),
  }

  constructor(manifests: Manifests, flows: readonly LabelledKey[], stage: Stage) {
    this.#flows = [...flows]
    this.#stage = stage
    this.#evaluator = new FlowEvaluator(manifests)
    this.#selector = new PolicySelector(this.#evaluator.tiers, stage)
    this.#prepared = Array.from({ length: flows.length })
    this.#outcomes = Array.from({ length: flows.length }, () => NO_OUTCOME)
  }

  /** How many flows are to be evaluated since the beginning or the last update, and how many of them are. */
  get progress(): { readonly done: number; readonly total: number } {
    return { done: this.#done, total: this.#queue?.length ?? this.#flows.length }
  }

  /** Adds a flow and returns its number; {@link step} evaluates it after those that wait. */
  add(flow: LabelledKey): number {
    const number = this.#flows.push(flow) - 1
    this.#outcomes.push(NO_OUTCOME)
    this.#queue?.push(number)
    return number
  }

  /** Evaluates up to `count` more flows. Whether that was all. */
  step(count: number): boolean {
    const { total } = this.progress
    const end = Math.min(this.#done + count, total)
    for (let at = this.#done; at < end; at++)
      this.#evaluate(this.#queue === null ? at : (this.#queue[at] ?? 0))
    this.#done = end
    return end === total
  }

  /** That of a flow by its number; for one that waits to be evaluated again, that of before. */
  outcomeOf(flow: number): FlowOutcome {
    return this.#outcomes[flow] ?? NO_OUTCOME
  }

  /**
   * Takes other manifests in place of those of before: {@link step} then evaluates the flows whose outcome may be another
   * one. These are all of them where more than policies and tiers differ, or where the evaluation before was not finished.
   */
  update(manifests: Manifests): void {
    for (const _ of this.updating(manifests));
  }

  /** As {@link update}, in steps, which may be given up: nothing changes before the last one. */
  *updating(manifests: Manifests): Generator<null, void> {
    const before = this.#evaluator.manifests
    const { policies, tiers, changed } = mergePolicies(before, manifests)
    yield null
    const isSame = hasSameSurroundings(before, manifests)
    yield null
    // The resources of before are kept where they are equal: what is known of the ends is kept with them.
    const evaluator = isSame
      ? this.#evaluator.withPolicies({ ...before, policies, tiers })
      : new FlowEvaluator(manifests)
    const selector = new PolicySelector(evaluator.tiers, this.#stage)
    const isFinished = this.#done === this.progress.total
    const affected = isSame && isFinished ? yield* this.#affectedBy(changed) : null
    this.#evaluator = evaluator
    this.#selector = selector
    if (affected === null) this.#reset(isSame)
    else {
      for (const reporter of affected) reporter.selection = null
      this.#queue = affected.flatMap(({ flows }) => flows)
    }
    this.#done = 0
  }

  #reset(keepsEnds: boolean): void {
    this.#queue = null
    if (keepsEnds) {
      for (const reporters of Object.values(this.#reporters))
        for (const reporter of reporters.values()) reporter.selection = null
      return
    }
    this.#rules = new CompiledRules()
    this.#ends = new Map()
    this.#reporters = { egress: new Map(), ingress: new Map() }
    this.#prepared = Array.from({ length: this.#flows.length })
  }

  /** The reporters that one of the policies selects, or may. */
  *#affectedBy(changed: ReturnType<typeof mergePolicies>['changed']): Generator<null, readonly Reporter[]> {
    const affected: Reporter[] = []
    for (const direction of ['egress', 'ingress'] as const) {
      const governing = changed.filter((policy) => policy[direction] !== null)
      for (const reporter of this.#reporters[direction].values()) {
        const { labels } = reporter.end.known
        if (labels === null) continue
        if (governing.some(({ selector }) => matchPartly(selector, labels) !== false)) affected.push(reporter)
        yield null
      }
    }
    return affected
  }

  #evaluate(number: number): void {
    let flow = this.#prepared[number]
    if (flow === undefined) {
      flow = this.#prepare(number)
      this.#prepared[number] = flow
    }
    this.#outcomes[number] = flow === null ? NO_OUTCOME : this.#walk(flow)
  }

  #walk(flow: PreparedFlow): FlowOutcome {
    const { reporter } = flow
    const { direction, end } = reporter
    reporter.selection ??= this.#selector.select(end.known, direction)
    const { tiers, selects } = reporter.selection
    this.#flow = flow
    this.#selects = selects
    const walk = new TierWalk(this.#answers, direction, this.#stage)
    for (const { tier, policies } of tiers) {
      walk.tier(tier, policies)
      if (walk.isOver) break
    }
    if (!walk.isOver) walk.profiles(end.known, this.#evaluator.manifests.profiles)
    return { verdict: walk.verdict, deciding: walk.outcomes }
  }

  /** Null for a flow that no endpoint reported. */
  #prepare(number: number): PreparedFlow | null {
    const labelled = this.#flows[number]
    const direction = labelled === undefined ? null : directionOf(labelled.key)
    if (labelled === undefined || direction === null) return null
    const flow = this.#evaluator.know(labelled)
    const source = this.#endOf(flow.source)
    const destination = this.#endOf(flow.destination)
    const end = direction === 'egress' ? source : destination
    let reporter = this.#reporters[direction].get(end.known)
    if (reporter === undefined) {
      reporter = { end, direction, flows: [], selection: null }
      this.#reporters[direction].set(end.known, reporter)
    }
    reporter.flows.push(number)
    return { flow, source, destination, reporter }
  }

  #endOf(known: KnownEnd): EndTruths {
    const found = this.#ends.get(known)
    if (found !== undefined) return found
    const end = new EndTruths(known)
    this.#ends.set(known, end)
    return end
  }
}
