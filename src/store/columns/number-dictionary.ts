import { hashBytes, HIGH_SEED, LOW_SEED } from './byte-hash.ts'

const encoder = new TextEncoder()
/** A Map's entry and the three list elements, roughly. */
const BYTES_PER_NUMBER = 64

/** Numbers by code. Few and small (ports), so that a Map does. */
export class NumberDictionary {
  readonly numbers: number[] = []
  /** Two halves of a hash of the content, for ids. */
  readonly hashHigh: number[] = []
  readonly hashLow: number[] = []
  readonly #codes = new Map<number, number>()

  get size(): number {
    return this.numbers.length
  }

  get byteLength(): number {
    return this.numbers.length * BYTES_PER_NUMBER
  }

  number(code: number): number {
    return this.numbers[code]!
  }

  intern(number: number, hint = -1): number {
    if (hint >= 0 && this.numbers[hint] === number) return hint
    const known = this.#codes.get(number)
    if (known !== undefined) return known
    const code = this.numbers.push(number) - 1
    const text = encoder.encode(String(number))
    this.hashHigh.push(hashBytes(text, 0, text.length, HIGH_SEED))
    this.hashLow.push(hashBytes(text, 0, text.length, LOW_SEED))
    this.#codes.set(number, code)
    return code
  }
}
