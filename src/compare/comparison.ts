/** What a comparison of two sides says. A comes before, B after, whichever is the later one. */
import { BUCKET_SECONDS } from '../flows/bucket.ts'
import type { FlowKey, Reporter } from '../flows/flow.ts'
import type { Rhythm, Span } from './active-slots.ts'
import type { RecordSums } from './record-sums.ts'
import type { SideGap } from './side-gaps.ts'

/** In order of danger, as they are shown. */
export const SECTIONS = [
  'flipped',
  'new-denials',
  'gone-quiet',
  'denials-gone',
  'new-talkers',
  'more-or-less',
] as const
export type Section = (typeof SECTIONS)[number]

/** Source workload → destination workload. */
export interface Ends {
  readonly sourceNamespace: string
  readonly sourceName: string
  readonly destNamespace: string
  readonly destName: string
}

/** How a group was decided on one side, and how often. */
export interface GroupSide {
  readonly verdict: 'Allow' | 'Deny'
  /** The end that denied. Of what was allowed, the end whose records are counted. */
  readonly reporter: Reporter
  /** A key of each way of being decided, by text of the decision. Several where rules share the traffic, or both ends report. */
  readonly decisions: readonly FlowKey[]
  readonly records: number
  /** Null where a record does not have them. */
  readonly connections: number | null
}

export interface GroupPort {
  readonly proto: string
  readonly port: number
  /** In the unit of the comparison. */
  readonly a: number
  readonly b: number
}

/** Conversations that changed alike: the same ends, decided alike in A and alike in B. Its ports are a list. */
export interface ComparedGroup {
  readonly section: Section
  readonly ends: Ends
  /** Most used first. */
  readonly ports: readonly GroupPort[]
  /** Null where it was not seen so. */
  readonly a: GroupSide | null
  readonly b: GroupSide | null
  /**
   * What these conversations were on both sides besides, in a group that was seen so on one side alone: then they changed
   * in part.
   */
  readonly beside: Pick<GroupSide, 'verdict' | 'reporter' | 'decisions'> | null
  /** Many ports within minutes (`scan-rule.ts`): a guess. */
  readonly isScan: boolean
  /** Of a group that one side alone has: how it came and went there. Null where the records have no times. */
  readonly rhythm: Rhythm | null
  /** Whether that rhythm is so slow that the other side may be too short to show it. */
  readonly mayBeTooShort: boolean
}

/** The whole of a side. */
export interface SideSummary {
  readonly range: Span
  /** The length of the range without its gaps: the time that the counts are of. 0 where the records have no times. */
  readonly seconds: number
  /** Parts of the range in which nothing was recorded, oldest first. */
  readonly gaps: readonly SideGap[]
  readonly records: number
  /** What its records are sums of; null for records as they came. */
  readonly sums: RecordSums | null
}

export interface Comparison {
  readonly a: SideSummary
  readonly b: SideSummary
  /** What `count` of groups and ports is. Records where some of them have no connections. */
  readonly unit: 'connections' | 'records'
  /** Those that changed, by section, within it most used first. */
  readonly groups: readonly ComparedGroup[]
  /** Those that did not, with their counts. */
  readonly asBefore: { readonly groups: number; readonly a: number; readonly b: number }
  /** Records without a verdict of Allow or Deny: they are in no group. */
  readonly withoutVerdict: { readonly a: number; readonly b: number }
}

/** The number of a group's side in the unit of the comparison; null where it was not seen. */
export function countOf({ unit }: Pick<Comparison, 'unit'>, side: GroupSide | null): number | null {
  if (side === null) return null
  return unit === 'connections' ? (side.connections ?? side.records) : side.records
}

/** How the conversations of a group were decided on a side, also where that changed in part; null where they were not seen. */
export function decidedOn(group: ComparedGroup, side: 'a' | 'b'): ComparedGroup['beside'] {
  return group[side] ?? group.beside
}

/** Whether a group is denied in B and was not, or not so, in A: a new denial, or one of what was allowed. */
export function isNewlyDenied(group: ComparedGroup): boolean {
  const { section, b } = group
  if (b?.verdict !== 'Deny') return false
  return section === 'new-denials' || (section === 'flipped' && decidedOn(group, 'a')?.verdict === 'Allow')
}

/** A count by the hour; the count itself where the length is not known. */
export function perHour(count: number, seconds: number): number {
  return seconds > 0 ? (count * 3600) / seconds : count
}

/** Whether both sides are equally long, up to a bucket: then counts can be compared as they are, otherwise by the hour. */
export function areEquallyLong({ a, b }: Pick<Comparison, 'a' | 'b'>): boolean {
  return a.seconds === 0 || b.seconds === 0 || Math.abs(a.seconds - b.seconds) < BUCKET_SECONDS
}
