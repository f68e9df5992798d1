/** The question what changed between two sides, and its answer. */
import type { CaptureGap } from '../capture/format/capture-header.ts'
import type { ComparedGroup, Comparison, Section } from '../compare/comparison.ts'
import type { HeadlinePart } from '../compare/comparison-words.ts'
import type { Expression } from '../filter/tree/expression.ts'
import type { Trouble } from '../source/trouble.ts'
import type { OpenSource, TimeRange } from './protocol.ts'

/**
 * A side is a source and a range of it; null for all of it. `held`: what the worker holds of the open source. Another
 * source is read whole for the comparison: a second capture, or what a server answers about a range. Of records that are
 * sums, the range is that of the sums nearest to it.
 */
export type CompareSide =
  | {
      readonly of: 'held'
      readonly range: TimeRange | null
      /** Gaps that the headers of an open capture or history name; absent for a live source, of which the worker knows them. */
      readonly gaps?: readonly CaptureGap[]
      /** Why a part of it is missing, as its headers say. */
      readonly incomplete?: string | null
      /** Seconds that each record sums; absent for records as they came. */
      readonly step?: number | null
      /** Of an open history, which has been read whole: also where it has no record, nothing is missing. */
      readonly begins?: Beginnings
    }
  | {
      readonly of: 'source'
      readonly source: Exclude<OpenSource, { readonly kind: 'live' }>
      readonly range: TimeRange | null
      /** Of a history. */
      readonly begins?: Beginnings
    }

/**
 * When the records of a history begin, and its sums of hours, which are kept longer. Only for a range that begins before and
 * ends after it; null otherwise. What is before it is no part of what is compared.
 */
export interface Beginnings {
  readonly records: number | null
  readonly hours: number | null
}

/** Answered once, in slices; a newer one of the same page ends it. */
export interface CompareQuestion {
  readonly about: 'compare'
  readonly filter: Expression
  readonly a: CompareSide
  readonly b: CompareSide
  /** How the headline begins: `In B`, `After 22:00`. */
  readonly where: string
  /**
   * The name of the channel for its progress (`src/compare/progress-channel.ts`), and by which it is given up. The groups
   * that follow those of the answer are asked for by it.
   */
  readonly channel?: string
}

/** Groups of a section after those that came with the answer: a part (`PART_GROUPS`), which may be the last one. */
export interface GroupsQuestion {
  readonly about: 'groups'
  /** The channel of the comparison. */
  readonly of: string
  readonly section: Section
  readonly from: number
}

export type GroupsAnswer =
  | { readonly ok: true; readonly groups: readonly ComparedGroup[] }
  | { readonly ok: false; readonly trouble: Trouble }

/** What of a side is not in the comparison. */
export interface SideLosses {
  /** Records that were evicted to stay within the memory budget, so that the side may lack its beginning. */
  readonly evicted: number
  /** Lines or records that could not be read, of a source that was read for the comparison. */
  readonly refused: number
  /** Why a part of a history is missing, as its gateway says it; null where nothing is known to be. */
  readonly incomplete: string | null
}

export type CompareAnswer =
  | {
      readonly ok: true
      /** The name of the question's channel, by which more groups are asked for. */
      readonly of: string
      /** With the first part of the groups of each section. */
      readonly comparison: Comparison
      readonly headline: readonly HeadlinePart[]
      readonly footing: string
      /** How many groups each section has, also those that are not sent. */
      readonly sizes: Readonly<Record<Section, number>>
      /** The greatest count of all groups, at least 1. */
      readonly greatest: number
      readonly losses: { readonly a: SideLosses; readonly b: SideLosses }
    }
  | { readonly ok: false; readonly trouble: Trouble }
