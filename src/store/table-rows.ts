/** The rows of the table, and what is counted of them, as the worker sends them to the page: a part of protocol.ts. */
import type { Counters, LabelledKey } from '../flows/flow.ts'

/** How much a row deserves attention, from the least to the most. */
export type Attention = 'allowed' | 'would-change' | 'denial' | 'new-denial'

/** A port that a row's source asked for. */
export interface PortUse {
  /** The id of its signature; of several, as after a rollout, of the one with the newest record. */
  readonly id: string
  readonly proto: string
  readonly port: number
  readonly records: number
  /** The connections started; null where no record has them. */
  readonly connections: number | null
  readonly firstSeen: number
  readonly lastSeen: number
}

/** Many ports or destinations in a short time, by the rule in src/flows/scan-rule.ts. */
export interface Scan {
  readonly ports: number
  readonly destinations: number
  readonly from: number
  readonly to: number
}

/** One row of the table. But for intervals, the counters are sums of the records in the time range. */
export interface Row extends LabelledKey, Counters {
  /**
   * The same in every session: a hash of the key, the signature (`s…`) or the group (`g…`), for intervals with the start.
   * Shared links contain it.
   */
  readonly id: string
  /** The least start and the greatest end of its records; 0 if the capture has no times. */
  readonly firstSeen: number
  readonly lastSeen: number
  /** How many records it sums. */
  readonly records: number
  /** For groups and signatures how many distinct keys, otherwise 1. */
  readonly keys: number
  /**
   * The requested sum in each of at most 20 equal steps of the range in view, oldest first; records where that was not
   * recorded. Empty for intervals.
   */
  readonly trend: readonly number[]
  /** The ports asked for: steady ones first, then by connections; at most 32. */
  readonly ports: readonly PortUse[]
  /** How many ports there are in all. */
  readonly portCount: number
  readonly scan: Scan | null
  readonly attention: Attention
  /**
   * The pending verdict, where it differs from the enforced one: of all records or of some. Null also where it is not
   * known.
   */
  readonly staged: { readonly to: 'Allow' | 'Deny'; readonly all: boolean } | null
}

/** The open row. */
export interface SelectedRow {
  /** The index among the ordered rows of the row that contains it; −1 if there is none. */
  readonly index: number
  /** What the id names; for the id of a group the signature of its first port, for that of a key its signature. */
  readonly row: Row
  /** The group that it belongs to. */
  readonly group: Row | null
}

/** The rows that the table shows, and how many there are. */
export interface TableWindow {
  readonly offset: number
  readonly rows: readonly Row[]
  /** How many rows are in the order. */
  readonly total: number
  /**
   * The greatest sum of the requested measure of any row that matches, or of records where a row has none: no step of a
   * {@link Row.trend} is greater, wherever the window is. 0 for intervals.
   */
  readonly greatestSum: number
  /** How many rows there are without the filter, in the same time range. */
  readonly held: number
  /** How many rows match that came after the order was set, or after the view was frozen. */
  readonly waiting: number
  /** How many records came since the view was frozen, whether they match or not; 0 if it is not. */
  readonly arrived: number
  /** How many records were ever held of which the rows can be: those of {@link arrived} are not among them. */
  readonly appended: number
  /** Null if no record of it is held. */
  readonly selected: SelectedRow | null
}

/** What the summary counts. */
export type Finding = 'new-denial' | 'denial' | 'would-break' | 'would-allow' | 'scan'

export interface Summary {
  /** How many groups are denied and new. */
  readonly newDenials: number
  /** How many pairs of workloads have a denial. */
  readonly deniedPairs: number
  /** How many allowed groups staged policies would deny, wholly or in part, and how many denied ones they would allow. */
  readonly wouldBreak: number
  readonly wouldAllow: number
  /** How many groups look like scans, and the greatest of them. */
  readonly scans: number
  readonly scan: Row | null
}
