/** A real {@link RecordingClient} whose recorder and storage are fakes: for component tests. */
import { act } from '@testing-library/react'

import { ManualClock } from '../../lib/testing/manual-clock.ts'
import type { Recording } from '../../recording/recording.ts'
import { buildRecording } from '../../recording/testing/build-recording.ts'
import { FakeBroadcast } from '../../recording/testing/fake-channel.ts'
import { MemoryStorage } from '../../recording/testing/memory-storage.ts'
import type { RecordingRequest } from '../../store/recording-messages.ts'
import { RecordingClient } from '../recording/recording-client.ts'

/** `kept`: in what the recordings that are kept differ from one that has just begun. */
export function fakeRecordings(kept: readonly Partial<Recording>[]) {
  const storage = new MemoryStorage()
  for (const change of kept) {
    const recording = buildRecording(change)
    storage.recordings.set(recording.id, recording)
  }
  const broadcast = new FakeBroadcast()
  const recorder = broadcast.open()
  const clock = new ManualClock()
  const requests: RecordingRequest[] = []
  const client = new RecordingClient({
    port: {
      postMessage: (message) => {
        if (message.type === 'record') requests.push(message.request)
      },
    },
    channel: broadcast.open(),
    storage,
    clock,
    folder: '/',
  })
  // No recorder has answered, so that what is not ended was cut off.
  clock.advance(10_000)
  return {
    client,
    storage,
    requests: () => requests,
    orders: () => broadcast.said.filter((message) => 'order' in message && message.order !== 'report'),
    /** The recorder tells how far it is. */
    tell: (change: Partial<Recording>) => {
      const recording = buildRecording(change)
      act(() => recorder.send({ news: 'progress', recording }))
    },
  }
}
