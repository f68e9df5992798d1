/** Recordings kept in memory, with what goes wrong in a browser's storage on demand. */
import type { Recording } from '../recording.ts'
import { type Chunk, type RecordingStorage, RecordingTakenError } from '../recording-storage.ts'

export class MemoryStorage implements RecordingStorage {
  readonly recordings = new Map<string, Recording>()
  readonly chunks = new Map<string, Map<number, Chunk>>()
  /** Bytes of chunks for which there is room; a write beyond them is refused as a browser does it. */
  quota = Number.POSITIVE_INFINITY
  /** Whether the next write does not come to its end, as when the worker is killed in the middle of it. */
  isKilled = false
  /** Whether a write was killed. */
  isStuck = false

  async list(): Promise<readonly Recording[]> {
    return [...this.recordings.values()]
  }

  async begin(recording: Recording): Promise<void> {
    this.recordings.set(recording.id, recording)
  }

  async write(recording: Recording, chunk: Chunk | null): Promise<void> {
    // Neither the chunk nor the counts are written, as they are one transaction.
    if (this.isKilled) {
      this.isStuck = true
      return new Promise(() => undefined)
    }
    const kept = this.recordings.get(recording.id)
    if (kept?.owner !== recording.owner) throw new RecordingTakenError()
    if (chunk !== null) {
      if (this.#bytes() + chunk.byteLength > this.quota)
        throw new DOMException('the quota is exceeded', 'QuotaExceededError')
      const chunks = this.chunks.get(recording.id) ?? new Map<number, Chunk>()
      this.chunks.set(recording.id, chunks.set(recording.chunks - 1, chunk))
    }
    this.recordings.set(recording.id, { ...recording, name: kept.name })
  }

  async change(id: string, change: (recording: Recording) => Recording): Promise<void> {
    const kept = this.recordings.get(id)
    if (kept !== undefined) this.recordings.set(id, change(kept))
  }

  async read(id: string): Promise<{ recording: Recording; chunks: readonly Chunk[] } | null> {
    const recording = this.recordings.get(id)
    if (recording === undefined) return null
    const chunks = [...(this.chunks.get(id) ?? [])].toSorted(([a], [b]) => a - b)
    return { recording, chunks: chunks.map(([, chunk]) => chunk) }
  }

  async remove(id: string): Promise<void> {
    this.recordings.delete(id)
    this.chunks.delete(id)
  }

  #bytes(): number {
    return [...this.chunks.values()]
      .flatMap((chunks) => [...chunks.values()])
      .reduce((sum, { byteLength }) => sum + byteLength, 0)
  }
}
