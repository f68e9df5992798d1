/** Prints the refusals of a capture on standard error. */
import type { Writable } from 'node:stream'
import type { Refusal } from '../../src/capture/format/refusal.ts'
import { visibleText } from '../../src/lib/visible-text.ts'

const MAX_PRINTED_REFUSALS = 100

/**
 * Writes refusals as compilers do, `file:line:column: reason`, so that editors can jump to the place. The file is the
 * refusal's own, or else the name that the printer has.
 */
export class RefusalPrinter {
  #printed = 0
  readonly #name: string
  readonly #stderr: Writable

  constructor(name: string, stderr: Writable) {
    this.#name = name
    this.#stderr = stderr
  }

  print(refusals: readonly Refusal[]): void {
    for (const refusal of refusals.slice(0, MAX_PRINTED_REFUSALS - this.#printed)) {
      const { file = this.#name, line, column, reason, excerpt } = refusal
      const place = [file, line, column].filter((part) => part !== null).join(':')
      const shown = excerpt === '' ? '' : `: ${excerpt}`
      this.#stderr.write(`${visibleText(`${place}: ${reason}${shown}`)}\n`)
      this.#printed++
    }
  }

  printRest(refused: number): void {
    if (this.#printed < MAX_PRINTED_REFUSALS || refused <= this.#printed) return
    this.#stderr.write(`${visibleText(this.#name)}: ${refused - this.#printed} more refused\n`)
  }
}
