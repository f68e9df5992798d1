/**
 * Decides when the order of the table's rows is set anew, which is what a reader sees as rows that move: with each answer
 * while the source is being read, then only when the reader asks for other rows. Never under the pointer or the focus.
 */
import type { SourceState } from '../../store/protocol.ts'
import { isRead } from './source-state.ts'

/** How the reader uses the table. */
export type TableUse = 'pointer' | 'focus'

/**
 * `unsettled`: the order of the whole source was not set yet. `unconfirmed`: it was, but what is new in it was told by the
 * records of an earlier answer. `settled`: the order stays.
 */
type Stage = 'unsettled' | 'unconfirmed' | 'settled'

export class ArrangementKeeper {
  readonly #request: (arrangement: number | null) => void
  readonly #uses = new Set<TableUse>()
  #count = 0
  #stage: Stage = 'unsettled'
  #newSince: number | null = null

  /** `request` asks the worker for an arrangement, as `ViewRequest.arrangement` describes it. */
  constructor(request: (arrangement: number | null) => void) {
    this.#request = request
  }

  /** Another source is opened. */
  reset(): void {
    this.#stage = 'unsettled'
    this.renew()
  }

  /** The reader wants other rows, or those that wait. */
  renew(): void {
    this.#count++
    this.#update()
  }

  setUse(use: TableUse, on: boolean): void {
    if (on === this.#uses.has(use)) return
    if (on) this.#uses.add(use)
    else this.#uses.delete(use)
    this.#update()
  }

  /**
   * Since when rows are new, as `ViewRequest.newSince`. The page sets it by what an answer holds, so that the first answer
   * of the whole source can only be ordered by it in the next one.
   */
  setNewSince(newSince: number | null): void {
    if (newSince === this.#newSince) return
    this.#newSince = newSince
    if (this.#stage !== 'unconfirmed') return
    this.#stage = 'unsettled'
    this.#update()
  }

  /** An answer to the newest request arrived, with the state that the source was in. */
  onAnswer(source: SourceState): void {
    if (this.#stage === 'unconfirmed') this.#stage = 'settled'
    if (this.#stage === 'settled' || !isRead(source) || this.#uses.size > 0) return
    // The order of this answer is that of the whole source, and stays.
    this.#stage = 'unconfirmed'
    this.#update()
  }

  #update(): void {
    this.#request(this.#stage === 'unsettled' && this.#uses.size === 0 ? null : this.#count)
  }
}
