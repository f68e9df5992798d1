import type { MissingRange, UpstreamState } from '../../src/wire/freshness.ts'

/** What a cluster's follower, ring and bridge count; the names of the members are theirs. */
export interface ClusterReadings {
  readonly name: string
  readonly follower: {
    readonly status: {
      readonly state: UpstreamState
      readonly lastBucket: number | null
      readonly restartedAt: number | null
    }
    readonly counts: { readonly messages: number; readonly malformed: number }
    /** Of the certificate for Goldmane; null without one. */
    readonly clientCertificateExpiry: Date | null
  }
  readonly ring: {
    readonly records: number
    readonly bytes: number
    readonly evicted: number
    missing(): readonly MissingRange[]
  }
  readonly viewers: {
    readonly streams: number
    readonly streamBytes: number
    readonly streamFlows: number
    readonly stalled: number
    /** By gRPC status code. */
    readonly refusals: ReadonlyMap<number, number>
    /** Of bounded calls: those that were asked of Goldmane, those that had the answer of another, those that failed. */
    readonly calls: { readonly asked: number; readonly shared: number; readonly failed: number }
    readonly callsInFlight: number
    readonly callsWaiting: number
    readonly olderFetches: { readonly running: number; readonly waiting: number }
  }
  /** Of its recording; null where it is not recorded. */
  readonly recording?: () => {
    readonly rows: number
    /** Seconds. */
    readonly behind: number
    readonly queueBytes: number
    readonly failures: number
    readonly gaps: number
    readonly dropped: number
  } | null
  /** Of the answers to viewers about its history; null where none is kept. */
  readonly historyAnswers?: () => {
    readonly stalled: number
    readonly refused: number
    readonly waiting: number
  } | null
  /** Of the cluster's policies; null where none are read. */
  readonly policies?: () => {
    readonly objects: number
    /** Unix milliseconds; null before the first. */
    readonly lastEventAt: number | null
    readonly failures: number
  } | null
}
