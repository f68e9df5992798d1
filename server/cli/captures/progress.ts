/** Says on a terminal how far a command has come; silent where nobody watches. */
import { formatBytes, formatPlural } from '../../../src/lib/format.ts'
import type { StandardStreams } from '../standard-streams.ts'

/** Often enough to look alive, and seldom enough to cost nothing. */
const INTERVAL_MS = 200
/** Moves to the first column, and erases the line (ECMA-48: EL). */
const ERASE_LINE = '\r\u{1B}[K'

export class Progress {
  readonly #stderr: StandardStreams['stderr']
  readonly #clock: () => number
  #shownAt = Number.NEGATIVE_INFINITY
  #isShown = false

  /** `clock`: milliseconds. */
  constructor(stderr: StandardStreams['stderr'], clock: () => number = () => performance.now()) {
    this.#stderr = stderr
    this.#clock = clock
  }

  /** `total`: the bytes of the file; null where that is not known. */
  show(
    doing: string,
    { bytes, total, records }: { bytes: number; total: number | null; records: number },
  ): void {
    const share =
      total === null || total === 0 ? '' : ` (${Math.min(100, Math.floor((bytes / total) * 100))} %)`
    this.#write(() => `${doing}: ${formatBytes(bytes)}${share}, ${formatPlural(records, 'record')}`)
  }

  /** As `show`, where no bytes are known. */
  showRecords(doing: string, records: number): void {
    this.#write(() => `${doing}: ${formatPlural(records, 'record')}`)
  }

  #write(line: () => string): void {
    if (this.#stderr.isTTY !== true) return
    const now = this.#clock()
    if (now - this.#shownAt < INTERVAL_MS) return
    this.#shownAt = now
    this.#isShown = true
    this.#stderr.write(`${ERASE_LINE}${line()}`)
  }

  /** Erases the line, so that the next output begins in the first column. */
  clear(): void {
    if (!this.#isShown) return
    this.#isShown = false
    this.#stderr.write(ERASE_LINE)
  }
}
