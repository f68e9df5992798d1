/**
 * What a page asks of the policies that it loaded into the worker, and what it hears: a part of protocol.ts. Each order has a
 * number that its answers repeat. Times are Unix seconds.
 */
import type { FlowKey, LabelledKey } from '../flows/flow.ts'
import type { RecordedHit, RecordedTimes } from '../flows/recorded-hit.ts'
import type { Direction } from '../policy/evaluate/connection.ts'
import type { Stage } from '../policy/evaluate/connection-evaluator.ts'
import type { Place } from '../policy/manifest/place.ts'
import type { RuleKind } from '../policy/manifest/policy.ts'
import type { Fault, Manifests } from '../policy/manifest/resources.ts'
import type { ChangeKind } from '../policy/run/verdict-changes.ts'
import type { RuleUsage } from '../policy/usage/policy-usage.ts'
import type { Trouble } from '../source/trouble.ts'
import type { TimeRange, WantedView } from './protocol.ts'

/** A file of manifests, or a version of one of a cluster's objects. */
export interface PolicyDocument {
  /** Its path, as places name it. Of two with one name in force at one time the later one is quoted. */
  readonly name: string
  readonly text: string
  /** The version was in force in [from, until); undefined is without an end on that side. Files have neither. */
  readonly from?: number
  readonly until?: number
}

/** The keys that a run evaluates: those that match and have records in the range. */
export type RunScope = Pick<WantedView, 'filter' | 'time' | 'until' | 'frozen'>

export interface RunRequest {
  /** Null for all keys that are held. */
  readonly scope: RunScope | null
  /** `pending` takes staged policies as enforced. Compared with the recorded enforced verdicts in both. */
  readonly stage: Stage
}

export type PolicyOrder =
  /**
   * Replaces what is loaded; an empty list unloads it. Answered by `reading`, then by `loaded`. What was loaded before stays
   * in use until then, and when the order is cancelled.
   */
  | { readonly order: 'load'; readonly documents: readonly PolicyDocument[] }
  /** Asks whether what the load of that number loaded is still there. Answered by `held`. */
  | { readonly order: 'hold'; readonly load: number }
  /**
   * `during`: the time of a record of the flow. Of the policies that were in force in it those are taken that its trace fits,
   * or else the newest. Answered by `explained`.
   */
  | { readonly order: 'explain'; readonly flow: LabelledKey; readonly during: TimeRange }
  /** Which rules of the policies in force now are among the hits, and which are not. Answered by `used`. */
  | { readonly order: 'use'; readonly hits: readonly RecordedHit[] }
  /** Answered by `evaluated` every 200 ms, and at last by `ran`. A newer run ends the one before. */
  | { readonly order: 'run'; readonly request: RunRequest }
  /** Ends the order of that number, which is not answered any more. */
  | { readonly order: 'cancel'; readonly id: number }

export type PolicyNews =
  | { readonly news: 'reading'; readonly progress: ReadProgress }
  | { readonly news: 'loaded'; readonly loaded: LoadedPolicies }
  | { readonly news: 'held'; readonly held: boolean }
  | { readonly news: 'explained'; readonly explanation: PolicyExplanation }
  | { readonly news: 'used'; readonly report: UsageReport }
  | { readonly news: 'evaluated'; readonly progress: RunProgress }
  | { readonly news: 'ran'; readonly result: PolicyRunResult }
  /** The order was given up, as when its source was closed. */
  | { readonly news: 'failed'; readonly trouble: Trouble }

export interface PolicyOrderMessage {
  readonly type: 'policies'
  readonly id: number
  readonly order: PolicyOrder
}

export interface PolicyNewsMessage {
  readonly type: 'policies'
  readonly id: number
  readonly news: PolicyNews
}

/** In characters of the documents. */
export interface ReadProgress {
  readonly read: number
  readonly total: number
}

/** In keys that are to be evaluated; fewer than all after an edit. */
export interface RunProgress {
  readonly done: number
  readonly total: number
}

/** Objects by the lists of {@link Manifests}, policies by their kinds. */
export type LoadedKind = RuleKind | Exclude<keyof Manifests, 'policies'>

export interface LoadedPolicies {
  readonly documents: number
  /** Characters of all documents. */
  readonly size: number
  /** How many objects of each kind are in force now, without kinds of which there are none. Tiers that every cluster has are not counted. */
  readonly counts: Readonly<Partial<Record<LoadedKind, number>>>
  /** The first faults, at most 300, those that refuse something first. */
  readonly faults: readonly Fault[]
  readonly faultCounts: Readonly<Record<Fault['effect'], number>>
  /** Kinds that were not read, each with its first place and how many objects there are. */
  readonly passedOver: readonly Fault[]
  /** How many versions were in force at another time only; they are read when a flow of their time is explained. */
  readonly past: number
}

/** Lines of a document as they are written, without the blanks that all of them begin with. */
export interface WrittenText {
  /** Its `file` is the name of the document. */
  readonly place: Place
  readonly text: string
}

/** Which object, as manifests name it. */
export interface PolicyName {
  readonly kind: RuleKind
  readonly namespace: string
  readonly name: string
  readonly tier: string
}

export interface ExplainedCondition {
  /** In the words of the rule, as `destination ports 80`. */
  readonly text: string
  readonly holds: 'true' | 'false' | 'unknown'
  /** `record`: the flow's own fields tell; `trace`: its recorded trace proves it; null where it is unknown. */
  readonly by: 'record' | 'trace' | null
  /** In words what is missing for a definite answer; empty for one. */
  readonly missing: readonly string[]
}

/** What the loaded policies have for one recorded hit. */
export type ExplainedHit =
  | {
      readonly is: 'rule'
      readonly policy: PolicyName
      readonly rule: WrittenText
      /** Whether the policy selects the endpoint, and each condition of the rule. */
      readonly conditions: readonly ExplainedCondition[]
    }
  | {
      readonly is: 'end of tier'
      /** The one that counted for the end of the tier. */
      readonly trigger: PolicyName
      readonly triggerPlace: Place
      /** Null for a tier that no manifest gives. */
      readonly tier: WrittenText | null
      readonly conditions: readonly ExplainedCondition[]
    }
  /** `why` completes, without a full stop: the policies are not those that were in force, because … */
  | {
      readonly is: 'stale'
      readonly why: string
      /** The object of that name, where there is one. */
      readonly policy: PolicyName | null
      readonly place: Place | null
    }
  /** A profile, or a kind of a newer Calico. */
  | { readonly is: 'no policy' }

/** A hit that the loaded policies give, with the place of its rule, or of the policy that counts for the end of a tier. */
export interface SaidHit {
  /** As `Deny GlobalNetworkPolicy default-deny rule 1`. */
  readonly words: string
  readonly place: Place | null
}

/** What the loaded policies say of a flow. */
export interface SaidVerdict {
  readonly verdict: 'Allow' | 'Deny' | 'unknown'
  /** The hits of which one decides; a single one where that is known. */
  readonly deciding: readonly SaidHit[]
  /** Whether the recorded trace was needed for the answer, so that it is inferred. */
  readonly needsTrace: boolean
  /** In words; empty for a definite verdict. */
  readonly missing: readonly string[]
}

/** Where the recorded trace and the loaded policies cannot both be true: the policies differ from those in force then. */
export interface TraceDifference {
  readonly stage: Stage
  /** The position of the hit in its trace, in order of evaluation. */
  readonly hit: number
  readonly why: string
}

export type PolicyExplanation =
  | { readonly is: 'nothing loaded' }
  /** The record does not name its reporter, so that it is not known whose policies decided. */
  | { readonly is: 'unreported' }
  | {
      readonly is: 'explained'
      readonly direction: Direction
      /** One for each recorded hit, in order of evaluation. */
      readonly enforced: readonly ExplainedHit[]
      readonly pending: readonly ExplainedHit[]
      /** The first one of each trace. */
      readonly differences: readonly TraceDifference[]
      readonly says: Readonly<Record<Stage, SaidVerdict>>
      /** The time in which exactly these policies were in force; null on a side without an end, both for files. */
      readonly inForce: { readonly from: number | null; readonly until: number | null }
    }

/** How many keys, and what their records sum; null where no record has it. */
export interface RunSums {
  readonly keys: number
  readonly records: number
  readonly connections: number | null
  readonly bytes: number | null
}

/** `same`: all keys keep their recorded verdict. */
export type RunKind = ChangeKind | 'same'

export interface RunCount extends RunSums {
  /** Groups as the table has them. One counts where its gravest key does: a change before `unknown` before `same`. */
  readonly groups: number
}

export interface PolicyRunResult {
  readonly request: RunRequest
  readonly counts: Readonly<Record<RunKind, RunCount>>
  /**
   * Of the unknown keys those whose recorded trace fits the loaded policies: where these were in force already, nothing
   * changes.
   */
  readonly fitting: RunCount
  /** Those with the most connections first, at most 100: changes, then what is unknown. */
  readonly changed: readonly ChangedGroup[]
  /** How many there are in all. */
  readonly changedTotal: number
  /** Keys without a reporter or a verdict, which no policy decided. */
  readonly unreported: number
  /** Keys beyond the bound on their number, which were not evaluated. */
  readonly leftOut: number
}

/** The keys of one group whose verdict changes alike. */
export interface ChangedGroup extends RunSums {
  /** The id of the group, which the table and links know as a row's. */
  readonly id: string
  readonly kind: ChangeKind
  readonly direction: Direction
  /** One of its keys. */
  readonly key: FlowKey
  /** The loaded policies' answer for that key. */
  readonly after: SaidVerdict
}

/** Rules as they are written. Each is hit, not hit or not known. */
export interface UsageReport {
  readonly policies: number
  readonly rules: number
  readonly notHit: number
  readonly notKnown: number
  /** Policies that were not hit at all. */
  readonly unused: number
  /** Policies with their rules that were not hit, in the order of evaluation; of at most 500 rules. */
  readonly listed: readonly UnhitPolicy[]
  /** The same of rules of which no hit tells. */
  readonly listedUnknown: readonly UnhitPolicy[]
  /** Policies that were hit and are not among those that are loaded. */
  readonly notLoaded: number
}

export interface UnhitPolicy {
  readonly policy: PolicyName
  readonly isStaged: boolean
  /** Whether nothing else of it was hit either. */
  readonly isUnused: boolean
  /** Since when it is in force as it is; null where that is not known. */
  readonly since: number | null
  /** Hits of what it was before, or of rules that it does not have; null without any. */
  readonly stale: RecordedTimes | null
  readonly rules: readonly UnhitRule[]
}

export interface UnhitRule extends Pick<RuleUsage, 'direction' | 'numbers' | 'action' | 'traceless'> {
  readonly written: WrittenText
}
