/**
 * The tokenizer of the query language. Total: every text gives tokens, and every character that is not a blank is in one.
 *
 * A bare word ends at a blank, a quote, or one of `( ) , = ! < > ~ : & |`; a backslash escapes the next character. Text
 * in single or double quotes may have any characters, with the backslash as escape. In both, `\u{1B}` is the character of
 * that code point, so that a control character of a name can be seen and typed.
 */
import type { Operator } from '../tree/expression.ts'

/** A bare or quoted text, an operator, a keyword or its sign (`&&`, `||`, `!`, a leading `-`), or punctuation. */
export type TokenKind = 'bare' | 'quoted' | 'operator' | 'and' | 'or' | 'not' | 'in' | 'is' | '(' | ')' | ','

export interface Token {
  readonly kind: TokenKind
  /** Characters [from, to) of the query. */
  readonly from: number
  readonly to: number
  /** The text without quotes and escapes. */
  readonly text: string
  /** Whether a bare word has a `*` that is not escaped. One such star makes all stars of the word wildcards. */
  readonly wildcard: boolean
  /** False for a quote that is never closed. */
  readonly closed: boolean
}

export interface OperatorToken extends Token {
  readonly kind: 'operator'
  readonly text: Operator
}

export function isOperator(token: Token | undefined): token is OperatorToken {
  return token?.kind === 'operator'
}

const KEYWORDS: ReadonlyMap<string, TokenKind> = new Map([
  ['and', 'and'],
  ['or', 'or'],
  ['not', 'not'],
  ['in', 'in'],
  ['is', 'is'],
])

/** Whether a bare word would be read as a keyword. */
export function isKeyword(text: string): boolean {
  return KEYWORDS.has(text.toLowerCase())
}

/** The signs with their kind and normal spelling (`==` and `:` are `=`). Longer signs first, so that they match first. */
const SIGNS: readonly (readonly [sign: string, kind: TokenKind, text: string])[] = [
  ['!=', 'operator', '!='],
  ['!~', 'operator', '!~'],
  ['<=', 'operator', '<='],
  ['>=', 'operator', '>='],
  ['==', 'operator', '='],
  ['&&', 'and', 'and'],
  ['||', 'or', 'or'],
  ['=', 'operator', '='],
  [':', 'operator', '='],
  ['~', 'operator', '~'],
  ['<', 'operator', '<'],
  ['>', 'operator', '>'],
  ['&', 'and', 'and'],
  ['|', 'or', 'or'],
  ['!', 'not', 'not'],
  ['(', '(', '('],
  [')', ')', ')'],
  [',', ',', ','],
]

/** The characters that a bare word has to escape; the printer escapes the same. */
export const SPECIAL = /[\s'"(),=!<>~:&|\\]/

const CODE_POINT = /\\u\{([0-9a-f]{1,6})\}/iy

/** The character that the backslash at `at` and what follows it stand for, and where the text goes on. */
function escaped(text: string, at: number): readonly [character: string, to: number] {
  CODE_POINT.lastIndex = at
  const hex = CODE_POINT.exec(text)?.[1]
  const code = Number.parseInt(hex ?? '', 16)
  return hex !== undefined && code <= 0x10ffff
    ? [String.fromCodePoint(code), CODE_POINT.lastIndex]
    : [text[at + 1] ?? '', at + 2]
}

function quoted(text: string, from: number): Token {
  const quote = text[from]
  let content = ''
  let at = from + 1
  while (at < text.length && text[at] !== quote) {
    const [char, to] = text[at] === '\\' && at + 1 < text.length ? escaped(text, at) : [text[at], at + 1]
    content += char
    at = to
  }
  const closed = at < text.length
  return { kind: 'quoted', from, to: closed ? at + 1 : at, text: content, wildcard: false, closed }
}

function bare(text: string, from: number): Token {
  let content = ''
  let wildcard = false
  let at = from
  while (at < text.length) {
    const char = text[at] ?? ''
    if (char === '\\' && at + 1 < text.length) {
      const [meant, to] = escaped(text, at)
      content += meant
      at = to
    } else if (char !== '\\' && SPECIAL.test(char)) {
      break
    } else {
      wildcard ||= char === '*'
      content += char
      at++
    }
  }
  const kind = KEYWORDS.get(text.slice(from, at).toLowerCase()) ?? 'bare'
  return { kind, from, to: at, text: content, wildcard, closed: true }
}

/**
 * Whether a value comes after these tokens, so that a `-` is its sign and no `not`: after an operator, and in the
 * parentheses of a list, which follow an operator, `is` or `in`.
 */
function valueFollows(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1)
  if (last?.kind === '(') {
    const before = tokens.at(-2)
    return before?.kind === 'operator' || before?.kind === 'in' || before?.kind === 'is'
  }
  return last?.kind === 'operator' || last?.kind === 'in' || last?.kind === 'is' || last?.kind === ','
}

/** The tokens of a text, in order. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const char = text[at] ?? ''
    if (/\s/.test(char)) {
      at++
      continue
    }
    const sign = SIGNS.find(([each]) => text.startsWith(each, at))
    let token: Token
    if (sign !== undefined) {
      token = {
        kind: sign[1],
        from: at,
        to: at + sign[0].length,
        text: sign[2],
        wildcard: false,
        closed: true,
      }
    } else if (char === '"' || char === "'") {
      token = quoted(text, at)
    } else if (char === '-' && !valueFollows(tokens)) {
      token = { kind: 'not', from: at, to: at + 1, text: 'not', wildcard: false, closed: true }
    } else {
      token = bare(text, at)
    }
    tokens.push(token)
    at = token.to
  }
  return tokens
}
