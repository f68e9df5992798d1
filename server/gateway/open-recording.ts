import type { Clock } from '../../src/lib/clock.ts'
import type { HistoryEngine } from '../../src/wire/history-status.ts'
import type { HistoryStore } from '../history/history-store.ts'
import { HistoryKeeper, type HistoryKeeperOptions } from '../history/writer/history-keeper.ts'
import type { Log } from '../lib/log.ts'
import type { ReceiverOptions } from './flow-receiver.ts'

export interface RecordingOptions extends Pick<HistoryKeeperOptions, 'days' | 'hourDays' | 'maxBytes'> {
  /** That of the clusters. */
  readonly store: HistoryStore
  readonly engine: HistoryEngine
  /** Where Goldmane's emitter may post; nowhere unless given. */
  readonly receiver?: ReceiverOptions | null
}

/** What all recorded clusters share. */
export interface OpenRecording {
  readonly engine: HistoryEngine
  readonly keeper: HistoryKeeper
}

export function openRecording(
  options: RecordingOptions | null,
  context: { readonly log: Log; readonly clock: Clock },
): OpenRecording | null {
  if (options === null) return null
  return { engine: options.engine, keeper: new HistoryKeeper({ ...options, ...context }) }
}
