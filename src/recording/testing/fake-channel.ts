import type { RecordingChannel, RecordingMessage } from '../recording-channel.ts'

/** Ends of one broadcast channel: what one end posts, all others hear at once. */
export class FakeBroadcast {
  readonly said: RecordingMessage[] = []
  readonly #ends = new Map<RecordingChannel, (message: RecordingMessage) => void>()

  open(): RecordingChannel {
    const end: RecordingChannel = {
      send: (message) => {
        this.said.push(message)
        for (const [other, tell] of this.#ends) if (other !== end) tell(message)
      },
      onMessage: (callback) => this.#ends.set(end, callback),
    }
    return end
  }
}
