/**
 * The verdicts of policies for entries of a key dictionary, kept between runs: after an edit, or when flows came in, only
 * what may have another verdict is evaluated.
 */
import type { Stage } from '../../policy/evaluate/connection-evaluator.ts'
import type { Manifests } from '../../policy/manifest/resources.ts'
import { type FlowOutcome, PolicyRun } from '../../policy/run/policy-run.ts'
import { growToFit } from '../../lib/grow-to-fit.ts'
import type { KeyDictionary } from '../keys/key-dictionary.ts'
import type { RunProgress } from '../policy-messages.ts'
import { PolicyKeys } from './policy-key.ts'

/** Keys between which the clock is read: those of endpoints that are new take up to half a millisecond each. */
const STEP_KEYS = 16
/** Entries that are kept though no run asked for them lately, as a share of those that are asked for. */
const MAX_UNASKED_SHARE = 2

export class KeyVerdicts {
  readonly keys: KeyDictionary
  readonly #decoder: PolicyKeys
  readonly #run: PolicyRun
  /** By entry: one more than its number in the run; 0 for one that was not asked for. */
  #numbers = new Uint32Array(1024)
  #count = 0
  #manifests: Manifests

  constructor(keys: KeyDictionary, manifests: Manifests, stage: Stage) {
    this.keys = keys
    this.#decoder = new PolicyKeys(keys)
    this.#manifests = manifests
    this.#run = new PolicyRun(manifests, [], stage)
  }

  /** Whether a run of so many entries of these keys should go on with it. */
  isOfUse(keys: KeyDictionary, entryCount: number): boolean {
    return this.keys === keys && this.#count <= entryCount * (1 + MAX_UNASKED_SHARE)
  }

  /** Evaluates entries by these manifests, as far as that was not done. */
  *evaluate(entries: Uint32Array, manifests: Manifests): Generator<RunProgress, void> {
    const run = this.#run
    if (this.#manifests !== manifests)
      for (const _ of run.updating(manifests)) yield { done: 0, total: entries.length }
    this.#manifests = manifests
    for (let i = 0; i < entries.length; i++) {
      if (i % STEP_KEYS === 0) yield run.progress
      this.#add(entries[i] ?? 0)
    }
    while (!run.step(STEP_KEYS)) yield run.progress
  }

  /** That of an entry which was evaluated. */
  outcomeOf(entry: number): FlowOutcome {
    return this.#run.outcomeOf((this.#numbers[entry] ?? 0) - 1)
  }

  #add(entry: number): void {
    this.#numbers = growToFit(this.#numbers, entry)
    if (this.#numbers[entry] !== 0) return
    this.#numbers[entry] = this.#run.add(this.#decoder.keyOf(entry)) + 1
    this.#count++
  }
}
