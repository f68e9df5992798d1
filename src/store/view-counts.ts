/** The counts beside the rows of a view: the values of its facets, and its records over time. */
import type { FieldId, MeasureFieldId } from '../flows/field.ts'

/**
 * A request for the values of a field, most frequent first, under the filter without that field's own clauses. If the
 * values are whole labels, those of each label key are counted without the clauses on that key.
 */
export interface FacetRequest {
  readonly field: FieldId
  /** The label key, for label fields. */
  readonly label?: string
  /** Limits the answer to values that contain this text, ignoring case. */
  readonly search: string
  readonly limit: number
}

/** How many records, and how many of them were denied. */
export interface RecordCounts {
  readonly records: number
  readonly denied: number
}

export interface FacetCount extends RecordCounts {
  readonly value: string
  /** The records it was counted among, if they differ from the facet's. */
  readonly of?: RecordCounts
}

export interface Facet {
  readonly field: FieldId
  readonly label?: string
  readonly values: readonly FacetCount[]
  /** How many distinct values there are without `limit`. */
  readonly distinct: number
  /** How many records were counted, with any value or none, and how many of them were denied. */
  readonly records: number
  readonly denied: number
}

/** What a histogram sums: records, or one of their counters. */
export type Measure = MeasureFieldId | 'records'

/** Sums by verdict over time. Arrays have one element per step; that of `gaps` is 1 if nothing was received. */
export interface Histogram {
  readonly from: number
  /** Seconds per step, a multiple of 15. */
  readonly step: number
  /** What is summed. The page may have asked for another measure since. */
  readonly measure: Measure
  readonly allowed: Float64Array
  readonly denied: Float64Array
  readonly other: Float64Array
  readonly gaps: Uint8Array
}
