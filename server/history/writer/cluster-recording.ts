/** The recording of one cluster: the recorder, what it knows of the store, and what is told of it. */
import type { Clock } from '../../../src/lib/clock.ts'
import type { MissingRange } from '../../../src/wire/freshness.ts'
import type { HistoryEngine, HistoryStatus } from '../../../src/wire/history-status.ts'
import { type Log, withCluster } from '../../lib/log.ts'
import type { FlowRing } from '../../upstream/flow-ring.ts'
import type { GoldmaneFollower } from '../../upstream/goldmane-follower.ts'
import type { HistoryStore } from '../history-store.ts'
import type { EmittedWindow } from './emitted-window.ts'
import { makeExclusive } from './exclusively.ts'
import type { HistoryKeeper } from './history-keeper.ts'
import { HistoryRecorder } from './history-recorder.ts'
import { RecordingStatus } from './recording-status.ts'
import { StoredIndex } from './stored-index.ts'
import { type WindowOutcome, WindowWriter } from './window-writer.ts'

export interface ClusterRecordingOptions {
  readonly store: HistoryStore
  readonly engine: HistoryEngine
  readonly keeper: HistoryKeeper
  /** Its name in the history. */
  readonly cluster: string
  readonly ring: FlowRing
  readonly follower: Pick<GoldmaneFollower, 'status' | 'subscribe' | 'askForOlder'>
  readonly log: Log
  readonly clock: Clock
  /** Returns numbers in [0, 1), for the jitter of waits. */
  readonly random?: () => number
}

/** For the metrics. Counts are of since the start. */
export interface RecordingReadings {
  readonly rows: number
  /** Seconds. */
  readonly behind: number
  readonly queueBytes: number
  readonly failures: number
  readonly gaps: number
  readonly dropped: number
}

export class ClusterRecording {
  readonly #recorder: HistoryRecorder
  readonly #windows: WindowWriter
  readonly #status: RecordingStatus

  constructor(options: ClusterRecordingOptions) {
    const { store, engine, cluster, clock, random = Math.random } = options
    // One process has the files of DuckDB.
    const index = new StoredIndex({ store, cluster, clock, isShared: engine === 'clickhouse' })
    const log = withCluster(options.log, cluster)
    const exclusively = makeExclusive()
    this.#recorder = new HistoryRecorder({ ...options, index, exclusively, log, random })
    this.#windows = new WindowWriter({ ...options, index, exclusively })
    this.#status = new RecordingStatus({ ...options, index, recorder: this.#recorder })
  }

  /** The content of history.json. Never rejects. */
  status(): Promise<HistoryStatus> {
    return this.#status.read()
  }

  get readings(): RecordingReadings {
    const { rows, failures, gaps, dropped } = this.#recorder.counts
    return {
      rows: rows + this.#windows.rows,
      behind: this.#status.behind,
      queueBytes: this.#recorder.queue.bytes,
      failures,
      gaps,
      dropped,
    }
  }

  /** Stores what Goldmane's emitter posted; see `WindowWriter`. */
  receive(window: EmittedWindow): Promise<WindowOutcome> {
    return this.#windows.write(window)
  }

  /** See `OnGapStays`. */
  onGapStays(ranges: readonly MissingRange[], why: string): void {
    this.#recorder.onGapStays(ranges, why)
  }

  /** Stores what has come, and resolves when that is done or `graceMs` milliseconds have passed. */
  close(graceMs: number): Promise<void> {
    return this.#recorder.close(graceMs)
  }
}
