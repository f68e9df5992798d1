/** What the states of a source have in common. The others are those in which it is still being opened or read. */
import type { SourceState } from '../../store/protocol.ts'

export type { SourceState } from '../../store/protocol.ts'

/** The states in which a source gives nothing: a live one is not connected, a capture cannot be read. */
export type LostSource = Extract<SourceState, { state: 'silent' | 'reconnecting' | 'failed' }>

export function isLost(source: SourceState): source is LostSource {
  const { state } = source
  return state === 'silent' || state === 'reconnecting' || state === 'failed'
}

/** Whether a source was read from its beginning. One that was lost before goes on reading when it is back. */
export function isRead({ state }: SourceState): boolean {
  return state === 'live' || state === 'loaded' || state === 'stopped'
}

/** Whether a history or a capture is still being read, so that what is held is a part. */
export function isReading({ state }: SourceState): boolean {
  return state === 'reading' || state === 'loading'
}
