import type { CaptureShelf } from '../captures/capture-database.ts'
import { type KeptCapture, keyOf } from '../captures/kept-capture.ts'

/** A browser's database of captures: for tests. With `isClosed` it refuses every access, as in a private window. */
export class MemoryShelf implements CaptureShelf {
  readonly kept = new Map<string, KeptCapture>()
  isClosed = false

  async all(): Promise<readonly KeptCapture[]> {
    this.#check()
    return [...this.kept.values()]
  }

  async put(capture: KeptCapture): Promise<void> {
    this.#check()
    this.kept.set(keyOf(capture.id), capture)
  }

  async remove(ids: Parameters<CaptureShelf['remove']>[0]): Promise<void> {
    this.#check()
    for (const id of ids) this.kept.delete(keyOf(id))
  }

  #check(): void {
    if (this.isClosed) throw new DOMException('no database here', 'InvalidStateError')
  }
}
