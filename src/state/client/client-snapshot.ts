/** What the page knows of the worker's data at one moment: the value that components are drawn from. */
import type { Trouble } from '../../source/trouble.ts'
import type { Facet, FacetRequest, Histogram, Status, TimeRange, TableWindow } from '../../store/protocol.ts'

export interface Answer {
  /** The range that the answer is about; null for everything held. */
  readonly time: TimeRange | null
  /** The end of the newest record when this was answered, or when the view was frozen: where a sliding range ends. */
  readonly newest: number | null
  readonly window: TableWindow
  /** The open row that the request named; null where none was open. The window has it when it is held. */
  readonly open: string | null
}

/** The facets and the histogram, which follow the rows of an answer where they have changed. */
export interface Counts {
  /** By the request that each one answers, by identity. */
  readonly facets: ReadonlyMap<FacetRequest, Facet>
  readonly histogram: Histogram | null
  /** Whether the source was still being read when these were counted, which may be before `status` was told. */
  readonly isPartial: boolean
}

export interface Snapshot {
  /** Current even when the rows of `answer` belong to an older request. */
  readonly status: Status
  /** Null until the first answer. */
  readonly answer: Answer | null
  readonly counts: Counts
  /** Whether the reader has paused the view: no number of it changes. */
  readonly paused: boolean
}

export const NO_COUNTS: Counts = { facets: new Map(), histogram: null, isPartial: false }

export const NOTHING_HELD: Status = {
  source: { state: 'idle' },
  holdings: {
    records: 0,
    keys: 0,
    bytes: 0,
    evicted: 0,
    duplicates: 0,
    refused: 0,
    unknown: 0,
    oldest: null,
    newest: null,
    gaps: 0,
  },
  refusals: [],
  format: null,
  headers: [],
  outOfScope: 0,
  live: null,
}

/** Before a source is open, and after it was closed. */
export const NOTHING_OPEN: Snapshot = {
  status: NOTHING_HELD,
  answer: null,
  counts: NO_COUNTS,
  paused: false,
}

/** The status of a source that failed; what is held stays. */
export function failedStatus(status: Status, trouble: Trouble): Status {
  return { ...status, source: { state: 'failed', trouble } }
}
