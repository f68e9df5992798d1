/** Compares the verdicts of a run with the recorded ones, and sums what changes by groups. */
import { COUNTER_NAMES } from '../../flows/counters.ts'
import type { Action } from '../../flows/flow.ts'
import { isFinal } from '../../flows/hit.ts'
import { directionOf, type FlowEvaluator } from '../../policy/evaluate/evaluate-flow.ts'
import { traceEvidence } from '../../policy/evaluate/trace-evidence.ts'
import type { FlowVerdict } from '../../policy/run/policy-run.ts'
import { CHANGE_KINDS, type ChangeKind, changeOf } from '../../policy/run/verdict-changes.ts'
import type {
  ChangedGroup,
  PolicyRunResult,
  RunCount,
  RunKind,
  RunRequest,
  RunSums,
} from '../policy-messages.ts'
import type { MatchOf } from '../query/snapshot-cache.ts'
import { saidVerdict } from './explain-flow.ts'
import type { KeyVerdicts } from './key-verdicts.ts'

const MAX_CHANGED_GROUPS = 100
/** Keys between which the clock is read. */
const STEP_KEYS = 1000

const CONNECTIONS = COUNTER_NAMES.indexOf('numConnectionsStarted')
const BYTES = [COUNTER_NAMES.indexOf('bytesIn'), COUNTER_NAMES.indexOf('bytesOut')] as const

/** The gravest first. */
const RUN_KINDS: readonly RunKind[] = [...CHANGE_KINDS, 'same']

/** What is evaluated: matching flows with the entry of each that has its newest labels. */
export interface RunKeys {
  readonly flows: Uint32Array
  readonly entries: Uint32Array
  /** How many match beyond the bound. */
  readonly leftOut: number
}

/** The first flows of a match of keys, at most `limit`. */
export function runKeysOf({ match, context }: MatchOf, limit: number): RunKeys {
  const { flowCount, sums } = context.snapshot
  const flows: number[] = []
  for (let flow = 0; flow < flowCount && flows.length < limit; flow++)
    if (match.flows?.[flow] === 1) flows.push(flow)
  return {
    flows: Uint32Array.from(flows),
    entries: Uint32Array.from(flows, (flow) => sums.newestEntry[flow] ?? 0),
    leftOut: match.total - flows.length,
  }
}

/** Undefined for a flow that no policy decided. */
function kindOf(recorded: Action, verdict: FlowVerdict): RunKind | undefined {
  return verdict === 'none' || !isFinal(recorded) ? undefined : (changeOf(recorded, verdict) ?? 'same')
}

type Sums = { -readonly [Name in keyof RunSums]: RunSums[Name] }

function noSums(): Sums {
  return { keys: 0, records: 0, connections: null, bytes: null }
}

/** What is summed of one group. */
interface GroupTally {
  readonly byKind: Map<ChangeKind, { readonly sums: Sums; readonly example: number }>
  gravest: RunKind
  /** Whether all of its keys of the kind `unknown` fit. */
  hasFitting: boolean
}

export class RunTally {
  readonly #found: MatchOf
  readonly #verdicts: KeyVerdicts
  readonly #evaluator: FlowEvaluator
  readonly #request: RunRequest
  readonly #sums: Readonly<Record<RunKind, Sums>> = {
    'allow-to-deny': noSums(),
    'deny-to-allow': noSums(),
    unknown: noSums(),
    same: noSums(),
  }
  readonly #fitting = noSums()
  readonly #groups = new Map<number, GroupTally>()
  #unreported = 0

  constructor(found: MatchOf, verdicts: KeyVerdicts, evaluator: FlowEvaluator, request: RunRequest) {
    this.#request = request
    this.#found = found
    this.#verdicts = verdicts
    this.#evaluator = evaluator
  }

  /** Adds all keys, in steps. */
  *add({ flows, entries }: RunKeys): Generator<null, void> {
    const { keys } = this.#verdicts
    const ofFlows = this.#found.context.groups.ofFlows()
    for (let i = 0; i < flows.length; i++) {
      if (i % STEP_KEYS === 0) yield null
      const [flow, entry] = [flows[i] ?? 0, entries[i] ?? 0]
      const { verdict } = this.#verdicts.outcomeOf(entry)
      const kind = kindOf(keys.actionOf(flow), verdict)
      if (kind === undefined) {
        this.#unreported++
        continue
      }
      const isFitting = kind === 'unknown' && this.#fits(entry)
      if (kind === 'unknown') yield null
      this.#addKey(flow, entry, ofFlows[flow] ?? 0, kind, isFitting)
    }
  }

  #addKey(flow: number, entry: number, set: number, kind: RunKind, isFitting: boolean): void {
    this.#sum(this.#sums[kind], flow)
    if (isFitting) this.#sum(this.#fitting, flow)
    let group = this.#groups.get(set)
    if (group === undefined) {
      group = { byKind: new Map(), gravest: 'same', hasFitting: true }
      this.#groups.set(set, group)
    }
    if (RUN_KINDS.indexOf(kind) < RUN_KINDS.indexOf(group.gravest)) group.gravest = kind
    if (kind === 'same') return
    if (kind === 'unknown' && !isFitting) group.hasFitting = false
    let ofKind = group.byKind.get(kind)
    if (ofKind === undefined) {
      ofKind = { sums: noSums(), example: entry }
      group.byKind.set(kind, ofKind)
    }
    this.#sum(ofKind.sums, flow)
  }

  #sum(into: Sums, flow: number): void {
    const { sums } = this.#found.context.snapshot
    const add = (to: number | null, index: number): number | null => {
      const counter = sums.counter(index, flow)
      return Number.isNaN(counter) ? to : (to ?? 0) + counter
    }
    into.keys++
    into.records += sums.records[flow] ?? 0
    into.connections = add(into.connections, CONNECTIONS)
    for (const index of BYTES) into.bytes = add(into.bytes, index)
  }

  /** Whether the recorded trace can be one of the policies, so that the verdict stays where these were in force. */
  #fits(entry: number): boolean {
    const evaluator = this.#evaluator
    const labelled = this.#verdicts.keys.labelledKeyOf(entry)
    const direction = directionOf(labelled.key)
    if (direction === null || labelled.key.policies.enforced.length === 0) return false
    const flow = evaluator.know(labelled)
    const { evidence, difference } = traceEvidence(evaluator, flow, direction)
    if (difference !== null) return false
    const { verdict } = evaluator.evaluate(flow, direction, this.#request.stage, evidence)
    return verdict === labelled.key.action
  }

  /** After all keys were added. */
  result(leftOut: number): PolicyRunResult {
    const groups = [...this.#groups]
    const countOf = (kind: RunKind): RunCount => ({
      ...this.#sums[kind],
      groups: groups.filter(([, { gravest }]) => gravest === kind).length,
    })
    const fittingGroups = groups.filter(([, { gravest, hasFitting }]) => gravest === 'unknown' && hasFitting)
    const changed = groups
      .flatMap(([set, { byKind }]) =>
        [...byKind].map(([kind, { sums, example }]) => ({ set, kind, sums, example })),
      )
      .toSorted(
        (a, b) =>
          Number(a.kind === 'unknown') - Number(b.kind === 'unknown') ||
          (b.sums.connections ?? b.sums.records) - (a.sums.connections ?? a.sums.records) ||
          a.set - b.set,
      )
    return {
      request: this.#request,
      counts: {
        'allow-to-deny': countOf('allow-to-deny'),
        'deny-to-allow': countOf('deny-to-allow'),
        unknown: countOf('unknown'),
        same: countOf('same'),
      },
      fitting: { ...this.#fitting, groups: fittingGroups.length },
      changed: changed
        .slice(0, MAX_CHANGED_GROUPS)
        .flatMap(({ set, kind, sums, example }) => this.#changedGroup(set, kind, sums, example)),
      changedTotal: changed.length,
      unreported: this.#unreported,
      leftOut,
    }
  }

  #changedGroup(set: number, kind: ChangeKind, sums: RunSums, example: number): readonly ChangedGroup[] {
    const labelled = this.#verdicts.keys.labelledKeyOf(example)
    const direction = directionOf(labelled.key)
    if (direction === null) return []
    const evaluator = this.#evaluator
    const after = evaluator.evaluate(evaluator.know(labelled), direction, this.#request.stage)
    const id = this.#found.context.groups.idOf(set)
    const said = saidVerdict(after, direction, evaluator.manifests, { needsTrace: false })
    return [{ ...sums, id, kind, direction, key: labelled.key, after: said }]
  }
}
