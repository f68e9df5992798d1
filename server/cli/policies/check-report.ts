/** What `flowtrace check` found, before it is printed: changes of one kind, ends, port and deciding rules are one. */
import { addRecorded } from '../../../src/flows/counters.ts'
import type { FlowKey, LabelledKey, PolicyHit } from '../../../src/flows/flow.ts'
import type { Direction } from '../../../src/policy/evaluate/connection.ts'
import { factWords } from '../../../src/policy/evaluate/missing-fact.ts'
import type { Place } from '../../../src/policy/manifest/place.ts'
import type { Manifests } from '../../../src/policy/manifest/resources.ts'
import { CHANGE_KINDS, type ChangeKind, type VerdictChange } from '../../../src/policy/run/verdict-changes.ts'
import type { FlowVerdict } from '../../../src/policy/run/policy-run.ts'
import type { FlowSums } from './check-flows.ts'
import { hitWords, placeOfHit } from '../../../src/policy/evaluate/hit-words.ts'

export interface Decider {
  readonly text: string
  /** Of the rule, or of the policy that counted for the end of a tier. */
  readonly place: Place | null
}

export interface ChangeSide {
  readonly verdict: FlowVerdict
  /** Of several one decides, and which is not known. */
  readonly deciders: readonly Decider[]
}

export interface ReportedChange extends FlowSums {
  readonly kind: ChangeKind
  /** `egress`: as the source reported it. */
  readonly direction: Direction
  readonly source: string
  readonly destination: string
  /** As `tcp/80`. */
  readonly port: string
  readonly before: ChangeSide
  readonly after: ChangeSide
  /** What is not known, in words. */
  readonly missing: readonly string[]
  /** How the recorded traces contradict the policies of before; null where they do not. */
  readonly difference: string | null
}

export interface CheckReport {
  readonly counts: Readonly<Record<ChangeKind, number>>
  readonly changes: readonly ReportedChange[]
  /** Distinct keys that were compared. */
  readonly flows: number
  readonly records: number
  /** Flows without a reporter, which no policy decided. */
  readonly unreported: number
  /** Flows that were recorded with another verdict than the policies of before give. */
  readonly contradicted: number
  /** Records beyond the bound on distinct keys. */
  readonly leftOut: number
}

/** The manifests that places are looked up in. */
export interface CheckedManifests {
  /** Null where verdicts are compared with recorded ones. */
  readonly before: Manifests | null
  readonly after: Manifests
}

export class ReportBuilder {
  readonly #changes = new Map<string, ReportedChange>()
  readonly #manifests: CheckedManifests

  constructor(manifests: CheckedManifests) {
    this.#manifests = manifests
  }

  add(change: VerdictChange, { key }: LabelledKey, sums: FlowSums): void {
    const { before, after } = this.#manifests
    const { kind, direction } = change
    const reported: Omit<ReportedChange, keyof FlowSums> = {
      kind,
      direction,
      ...endsOf(key),
      before: sideOf(change.before, direction, before ?? after),
      after: sideOf(change.after, direction, after),
      missing: [...new Set(change.missing.map(factWords))],
      difference: change.difference?.why ?? null,
    }
    const identity = JSON.stringify(reported)
    const same = this.#changes.get(identity) ?? { records: 0, connections: null, bytes: null }
    this.#changes.set(identity, {
      ...reported,
      records: same.records + sums.records,
      connections: addRecorded(same.connections, sums.connections),
      bytes: addRecorded(same.bytes, sums.bytes),
    })
  }

  /** Kinds in their order, and within one those with the most connections first. */
  report(rest: Omit<CheckReport, 'counts' | 'changes'>): CheckReport {
    const changes = [...this.#changes.values()].toSorted(
      (a, b) =>
        CHANGE_KINDS.indexOf(a.kind) - CHANGE_KINDS.indexOf(b.kind) ||
        (b.connections ?? b.records) - (a.connections ?? a.records) ||
        compareTexts(nameOfChange(a), nameOfChange(b)),
    )
    const countOf = (kind: ChangeKind) => changes.filter((change) => change.kind === kind).length
    const counts = {
      'allow-to-deny': countOf('allow-to-deny'),
      'deny-to-allow': countOf('deny-to-allow'),
      unknown: countOf('unknown'),
    }
    return { counts, changes, ...rest }
  }
}

/** As `frontend/web-* → backend/api-* tcp/80 (egress)`. */
export function nameOfChange({ source, destination, port, direction }: ReportedChange): string {
  return `${source} → ${destination} ${port} (${direction})`
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function endsOf(key: FlowKey): Pick<ReportedChange, 'source' | 'destination' | 'port'> {
  return {
    source: endName(key.sourceNamespace, key.sourceName),
    destination: endName(key.destNamespace, key.destName),
    port: key.destPort === 0 ? key.proto : `${key.proto}/${key.destPort}`,
  }
}

function endName(namespace: string, name: string): string {
  return namespace === '-' ? name : `${namespace}/${name}`
}

function sideOf(
  { verdict, deciding }: { readonly verdict: FlowVerdict; readonly deciding: readonly PolicyHit[] },
  direction: Direction,
  manifests: Manifests,
): ChangeSide {
  const deciders = deciding.map((hit) => ({
    text: hitWords(hit),
    place: placeOfHit(hit, direction, manifests),
  }))
  return { verdict, deciders }
}
