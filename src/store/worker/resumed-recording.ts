/** What is already kept of a recording that goes on, so that no record of it is written twice. */
import { BUCKET_SECONDS, bucketStart } from '../../flows/bucket.ts'
import { isObject } from '../../lib/is-object.ts'
import type { Recording } from '../../recording/recording.ts'
import { unpack } from '../../recording/recording-file.ts'
import type { RecordingStorage } from '../../recording/recording-storage.ts'
import type { Resumption } from './recording-gaps.ts'

/** `now`: Unix seconds of the cluster's clock. */
export async function resumptionOf(
  recording: Recording,
  storage: RecordingStorage,
  now: number,
): Promise<Resumption> {
  const { window, pauses } = recording
  // Of the newest bucket some records may have been lost with the page.
  const from = Math.max((window.to ?? window.from) - BUCKET_SECONDS, pauses.at(-1)?.to ?? window.from)
  const kept = new Set<string>()
  const found = await storage.read(recording.id)
  for (const chunk of found?.chunks ?? []) {
    // One after the other: all of them unpacked would be the whole recording in memory.
    // oxlint-disable-next-line no-await-in-loop
    const text = await unpack(chunk)
    for (const line of text.split('\n')) {
      if (line === '') continue
      const mark = recordMark(line)
      if (mark.endTime > from) kept.add(mark.text)
    }
  }
  return { from, to: bucketStart(now), kept }
}

/**
 * What makes a record of a recording the same as another one: its key and its bucket, as its line has them. Its counters
 * are left out, because a bucket that is received twice may have more of them the second time.
 */
export function recordMark(line: string): { readonly text: string; readonly endTime: number } {
  const record: unknown = JSON.parse(line)
  const flow = isObject(record) && isObject(record.flow) ? record.flow : {}
  const text = JSON.stringify([flow.Key, flow.startTime, flow.endTime])
  return { text, endTime: Number(flow.endTime) }
}
