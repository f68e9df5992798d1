/** The tokens of a query with the place that the parser has reached, and what it has found out about them. */
import { type Token, tokenize } from './tokenize.ts'
import type { Refused } from './read-value.ts'

/** Something wrong at characters [from, to) of the text. */
export interface ParseError {
  readonly from: number
  readonly to: number
  readonly message: string
  /** What could stand there instead. */
  readonly suggestion?: string
}

/** What a token is, as far as a reader of the text cares. */
export type SyntaxRole =
  | 'field'
  | 'operator'
  | 'value'
  | 'number'
  | 'string'
  | 'wildcard'
  | 'word'
  | 'keyword'
  | 'bracket'
  | 'error'

export interface SyntaxSpan {
  readonly from: number
  readonly to: number
  readonly role: SyntaxRole
}

/** Longer texts are refused from here on: no query that somebody reads is that long. */
export const MAX_QUERY_CHARS = 10_000
/** Parentheses and `not` within each other. */
export const MAX_NESTING = 64

export class TokenReader {
  readonly text: string
  readonly errors: ParseError[] = []
  readonly spans: SyntaxSpan[] = []
  /** Set when reading stops early, so that nobody complains about what was not read. */
  stopped = false
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(text: string) {
    this.text = text.slice(0, MAX_QUERY_CHARS)
    this.#tokens = tokenize(this.text)
    if (text.length > MAX_QUERY_CHARS) {
      this.stopped = true
      this.errors.push({
        from: MAX_QUERY_CHARS,
        to: text.length,
        message: `A query has at most ${MAX_QUERY_CHARS} characters.`,
      })
    }
  }

  /** The token `ahead` places on; undefined after the end. */
  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead]
  }

  /** Takes a token as what it is. */
  take(role: SyntaxRole): Token | undefined {
    const token = this.#tokens[this.#at]
    if (token === undefined) return undefined
    this.#at++
    this.spans.push({ from: token.from, to: token.to, role })
    if (!token.closed) this.fail(token, { message: 'This quote is never closed.' })
    return token
  }

  /** Where the token that was taken last ends: the place of what is missing. */
  get end(): number {
    return this.#tokens[this.#at - 1]?.to ?? 0
  }

  fail({ from, to }: { readonly from: number; readonly to: number }, refused: Refused): void {
    this.errors.push({ from, to, ...refused })
  }

  /** Says that something is missing: at the token that stands there instead, or after the last one. */
  missing(message: string): void {
    const { end } = this
    if (!this.stopped) this.fail(this.peek() ?? { from: end, to: end }, { message })
  }

  /** Passes over what cannot be understood, up to where a new condition may begin. */
  skip(): void {
    let depth = 0
    for (let token = this.peek(); token !== undefined; token = this.peek()) {
      if (depth === 0 && (token.kind === 'and' || token.kind === 'or' || token.kind === ')')) return
      if (token.kind === '(') depth++
      if (token.kind === ')') depth--
      this.take('error')
    }
  }

  /** Gives up on the rest. */
  stop(message: string): void {
    this.missing(message)
    this.stopped = true
    while (this.peek() !== undefined) this.take('error')
  }
}
