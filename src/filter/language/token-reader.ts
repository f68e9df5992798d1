/** The cursor of the parser over the tokens of a query, which collects errors and the syntax role of every token. */
import { visibleText } from '../../lib/visible-text.ts'
import { type Token, tokenize } from './tokenize.ts'
import type { Refused } from './read-value.ts'

/** An error at characters [from, to) of the text. */
export interface ParseError {
  readonly from: number
  readonly to: number
  readonly message: string
  /** A text to replace these characters with. */
  readonly suggestion?: string
  /** Set where the text only ends too early: with more characters it could be a query. */
  readonly unfinished?: true
}

/** The role of a token, from which the query bar takes its colour. */
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

/** A token's characters [from, to) and role. */
export interface SyntaxSpan {
  readonly from: number
  readonly to: number
  readonly role: SyntaxRole
}

/** The text after this length is refused: no query that somebody can read is that long, and parsing stays quick. */
export const MAX_QUERY_CHARS = 10_000
/** Bounds the recursion of the parser over nested parentheses and `not`. */
export const MAX_NESTING = 64

export class TokenReader {
  readonly text: string
  readonly errors: ParseError[] = []
  readonly spans: SyntaxSpan[] = []
  /** Whether reading stopped early, after which missing parts are no errors. */
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

  /** The token `ahead` places after the cursor, or before it for a negative number; undefined where there is none. */
  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead]
  }

  /** Consumes the token at the cursor and gives it a role. */
  take(role: SyntaxRole): Token | undefined {
    const token = this.#tokens[this.#at]
    if (token === undefined) return undefined
    this.#at++
    this.spans.push({ from: token.from, to: token.to, role })
    if (!token.closed) this.fail(token, { message: 'This quote is never closed.', unfinished: true })
    return token
  }

  /** The end of the token that was consumed last, at which missing parts are reported. */
  get end(): number {
    return this.#tokens[this.#at - 1]?.to ?? 0
  }

  /** Reports an error at characters [from, to). A message quotes the text, which a link may have brought. */
  fail({ from, to }: { readonly from: number; readonly to: number }, refused: Refused): void {
    this.errors.push({ from, to, ...refused, message: visibleText(refused.message) })
  }

  /** Reports that something is missing at the token under the cursor, or after the last one. */
  missing(message: string): void {
    const { end } = this
    const token = this.peek()
    if (this.stopped) return
    if (token === undefined) this.fail({ from: end, to: end }, { message, unfinished: true })
    else this.fail(token, { message })
  }

  /** Error recovery: consumes tokens up to an `and`, `or` or `)` that does not belong to them. */
  skip(): void {
    let depth = 0
    for (let token = this.peek(); token !== undefined; token = this.peek()) {
      if (depth === 0 && (token.kind === 'and' || token.kind === 'or' || token.kind === ')')) return
      if (token.kind === '(') depth++
      if (token.kind === ')') depth--
      this.take('error')
    }
  }

  /** Reports an error and consumes the rest of the text. */
  stop(message: string): void {
    this.missing(message)
    this.stopped = true
    while (this.peek() !== undefined) this.take('error')
  }
}
