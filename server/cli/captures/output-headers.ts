import { type CaptureHeader, EMPTY_HEADER } from '../../../src/capture/format/capture-header.ts'
import { print } from '../../../src/filter/language/print.ts'
import type { Expression } from '../../../src/filter/tree/expression.ts'
import type { CaptureInput } from './capture-input.ts'

/** The headers of an output: those of its input, which say what was done to the records. An input without one gets one. */
export class OutputHeaders {
  #wroteAny = false
  #waiting: CaptureHeader[] = []
  readonly #input: CaptureInput
  readonly #filter: string | null
  readonly #tool: string

  constructor(input: CaptureInput, filter: Expression, tool: string) {
    this.#input = input
    this.#filter = filter.kind === 'all' ? null : print(filter)
    this.#tool = tool
  }

  /** The headers to write now, given those that were found. None before a record was read: there may be none at all. */
  next(found: readonly CaptureHeader[], hasRecords: boolean): readonly CaptureHeader[] {
    this.#waiting.push(...found)
    if (!hasRecords) return []
    const ready = this.#waiting.length > 0 || this.#wroteAny ? this.#waiting : [this.#ownHeader()]
    this.#waiting = []
    this.#wroteAny = true
    return ready.map((header) => ({ ...header, tool: this.#tool, filter: this.#joinedFilter(header.filter) }))
  }

  #ownHeader(): CaptureHeader {
    return { ...EMPTY_HEADER, source: { kind: 'capture', name: this.#input.name } }
  }

  #joinedFilter(before: string | null): string | null {
    if (before === null || this.#filter === null) return before ?? this.#filter
    return `(${before}) and (${this.#filter})`
  }
}
