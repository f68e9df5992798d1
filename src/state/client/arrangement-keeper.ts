/**
 * Decides when the order of the table's rows is set anew, which is what a reader sees as rows that move: with each answer
 * while the source is being read, then only when the reader asks for other rows. Never under the pointer or the focus.
 */
import type { SourceState } from '../../store/protocol.ts'

/** How the reader uses the table. */
export type TableUse = 'pointer' | 'focus'

/** The states in which a source is still being read from its beginning. */
const READING: ReadonlySet<SourceState['state']> = new Set(['idle', 'connecting', 'loading', 'reading'])

export class ArrangementKeeper {
  readonly #request: (arrangement: number | null) => void
  readonly #uses = new Set<TableUse>()
  #count = 0
  /** Whether the order of the whole source was not set yet. */
  #isUnsettled = true

  /** `request` asks the worker for an arrangement, as `ViewRequest.arrangement` describes it. */
  constructor(request: (arrangement: number | null) => void) {
    this.#request = request
  }

  /** Another source is opened. */
  reset(): void {
    this.#isUnsettled = true
    this.renew()
  }

  /** The reader wants other rows, or those that wait. */
  renew(): void {
    this.#count++
    this.#update()
  }

  setUse(use: TableUse, on: boolean): void {
    if (on) this.#uses.add(use)
    else this.#uses.delete(use)
    this.#update()
  }

  /** An answer to the newest request arrived, with the state that the source was in. */
  onAnswer({ state }: SourceState): void {
    if (!this.#isUnsettled || READING.has(state) || this.#uses.size > 0) return
    // The order of this answer is that of the whole source, and stays.
    this.#isUnsettled = false
    this.#update()
  }

  #update(): void {
    this.#request(this.#isUnsettled && this.#uses.size === 0 ? null : this.#count)
  }
}
