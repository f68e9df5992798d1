import { DEFAULT_LIMITS, type Recording } from '../recording.ts'

/** The start of a bucket, Unix seconds. */
export const RECORDING_START = 1_790_000_010

/** A recording that has just begun. */
export function buildRecording(change: Partial<Recording> = {}): Recording {
  return {
    id: 'a',
    name: null,
    source: 'lab-1',
    server: 'http://localhost/',
    viewer: null,
    filter: null,
    redaction: null,
    window: { from: RECORDING_START, to: null },
    pauses: [],
    lost: [],
    records: 0,
    textBytes: 0,
    packedBytes: 0,
    leftOut: 0,
    chunks: 0,
    seconds: 0,
    limits: DEFAULT_LIMITS,
    state: 'recording',
    end: null,
    startedAt: RECORDING_START * 1000,
    owner: 'one',
    ...change,
  }
}
