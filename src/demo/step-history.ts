/** Which step of the story was in force when: what the past of the demo is computed from. */
import { DEFAULT_DEMO_STEP, type DemoStep } from './demo-step.ts'

export interface StepChange {
  /** Unix seconds: the start of the first bucket of the step; -Infinity for the one that the demo began with. */
  readonly from: number
  readonly step: DemoStep
}

/** The policies of a running demo, which are the same for all its viewers. */
export interface DemoPolicies {
  readonly newest: StepChange
  /** Puts a step in force from the next bucket on; the buckets of before keep theirs. */
  choose(step: DemoStep): StepChange
}

/** What was in force when, as far back as the demo can be asked for. */
export interface PastDemoPolicies {
  /** In the order of their times, the newest last. */
  readonly changes: readonly StepChange[]
}

/** Immutable: together with the time it says what the flows of any bucket are. */
export class StepHistory implements PastDemoPolicies {
  /** In the order of their times; the first one is from -Infinity. */
  readonly #changes: readonly [StepChange, ...StepChange[]]

  private constructor(changes: readonly [StepChange, ...StepChange[]]) {
    this.#changes = changes
  }

  static startingWith(step: DemoStep = DEFAULT_DEMO_STEP): StepHistory {
    return new StepHistory([{ from: -Infinity, step }])
  }

  /** The step that is in force from its `from` on. */
  get newest(): StepChange {
    return this.#changes.at(-1) ?? this.#changes[0]
  }

  get changes(): readonly StepChange[] {
    return this.#changes
  }

  /** The step of the bucket that starts at a time. */
  stepAt(bucketStart: number): DemoStep {
    return (this.#changes.findLast(({ from }) => from <= bucketStart) ?? this.#changes[0]).step
  }

  /**
   * With another step from `from` on, which replaces those of later. What came into force before `forgottenBefore` is
   * joined, so that the history stays as long as what the demo can be asked for.
   */
  withStep(step: DemoStep, from: number, forgottenBefore: number): StepHistory {
    const earlier = this.#changes.filter((change) => change.from < from)
    const first = { from: -Infinity, step: this.stepAt(forgottenBefore) }
    const kept = earlier.filter((change) => change.from > forgottenBefore)
    const before = kept.at(-1) ?? first
    return new StepHistory(before.step === step ? [first, ...kept] : [first, ...kept, { from, step }])
  }
}
