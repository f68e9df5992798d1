/** Parses each text of a selector once: a folder of policies has the same ones many times. */
import { parseSelector } from '../selector/parse.ts'
import { type Selector, SelectorError } from '../selector/selector.ts'

export class SelectorCache {
  readonly #parsed = new Map<string, Selector | SelectorError>()

  /** Throws {@link SelectorError}. */
  parse(text: string): Selector {
    const parsed = this.#get(text)
    if (parsed instanceof SelectorError) throw parsed
    return parsed
  }

  /** Null for a text that is no selector. */
  tryParse(text: string): Selector | null {
    const parsed = this.#get(text)
    return parsed instanceof SelectorError ? null : parsed
  }

  /** What is wrong with a text; null for a selector. */
  errorOf(text: string): SelectorError | null {
    const parsed = this.#get(text)
    return parsed instanceof SelectorError ? parsed : null
  }

  #get(text: string): Selector | SelectorError {
    const known = this.#parsed.get(text)
    if (known !== undefined) return known
    const parsed = parseOrError(text)
    this.#parsed.set(text, parsed)
    return parsed
  }
}

function parseOrError(text: string): Selector | SelectorError {
  try {
    return parseSelector(text)
  } catch (error) {
    if (error instanceof SelectorError) return error
    throw error
  }
}
