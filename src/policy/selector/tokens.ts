/** Cuts a selector into tokens (libcalico-go/lib/selector/tokenizer/tokenizer.go). */
import { SelectorError } from './selector.ts'

export type Punctuation = '(' | ')' | '{' | '}' | ',' | '==' | '!=' | '!' | '&&' | '||'
export type WordOperator = 'contains' | 'starts with' | 'ends with' | 'in' | 'not in'

export type Token = { readonly offset: number } & (
  | { readonly is: Punctuation | WordOperator | 'all' | 'global' | 'end' }
  | { readonly is: 'label' | 'has' | 'string'; readonly text: string }
)

/** The most characters of a label's name; all of them are ASCII. */
const MAX_LABEL = 512
const LABEL = `[a-zA-Z0-9_./-]{1,${MAX_LABEL}}`
const NO_LABEL_AFTER = '(?![a-zA-Z0-9_./-])'

/** Only a blank and a tab: a line break is an error, also within a call. */
const BLANKS = /[ \t]*/y
const PUNCTUATION = /\(|\)|\{|\}|,|==|!=|!|&&|\|\|/y
const NAME = new RegExp(LABEL, 'y')
const HAS = new RegExp(`has\\([ \\t]*(${LABEL})[ \\t]*\\)`, 'y')
const EVERYTHING = /(all|global)\([ \t]*\)/y
/** The blank within two words may be missing: `notin`, `startswith`. */
const WORD_OPERATORS: readonly (readonly [WordOperator, RegExp])[] = [
  ['contains', new RegExp(`contains${NO_LABEL_AFTER}`, 'y')],
  ['starts with', new RegExp(`starts[ \\t]*with${NO_LABEL_AFTER}`, 'y')],
  ['ends with', new RegExp(`ends[ \\t]*with${NO_LABEL_AFTER}`, 'y')],
  ['not in', new RegExp(`not[ \\t]*in${NO_LABEL_AFTER}`, 'y')],
  ['in', new RegExp(`in${NO_LABEL_AFTER}`, 'y')],
]

/** The tokens of a text, the last of them `end`. Throws {@link SelectorError}. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let offset = 0
  for (;;) {
    offset += matchAt(BLANKS, text, offset)?.[0].length ?? 0
    if (offset === text.length) return [...tokens, { is: 'end', offset }]
    const { token, length } = tokenAt(text, offset, tokens.at(-1)?.is === 'label')
    tokens.push(token)
    offset += length
  }
}

interface Cut {
  readonly token: Token
  readonly length: number
}

function tokenAt(text: string, offset: number, isAfterLabel: boolean): Cut {
  const first = text[offset]
  if (first === '"' || first === "'") return stringAt(text, offset, first)
  const punctuation = matchAt(PUNCTUATION, text, offset)?.[0]
  if (punctuation !== undefined)
    return { token: { is: punctuation as Punctuation, offset }, length: punctuation.length }
  if (first === '=' || first === '&' || first === '|')
    throw new SelectorError(`A single ${first}: the operator is ${first}${first}`, offset)
  return isAfterLabel ? wordOperatorAt(text, offset) : operandAt(text, offset)
}

/** A text in quotes. It has no escapes, and may have line breaks. */
function stringAt(text: string, offset: number, quote: string): Cut {
  const end = text.indexOf(quote, offset + 1)
  if (end === -1) throw new SelectorError(`A text in quotes without its closing ${quote}`, offset)
  return { token: { is: 'string', text: text.slice(offset + 1, end), offset }, length: end + 1 - offset }
}

/** After a label only operators are looked for, so that a label may be called `in` or `contains`. */
function wordOperatorAt(text: string, offset: number): Cut {
  for (const [is, pattern] of WORD_OPERATORS) {
    const found = matchAt(pattern, text, offset)
    if (found !== null) return { token: { is, offset }, length: found[0].length }
  }
  throw new SelectorError('An operator is expected after a label', offset)
}

/** A call, which has no blank before its bracket, or a label. */
function operandAt(text: string, offset: number): Cut {
  const has = matchAt(HAS, text, offset)
  if (has?.[1] !== undefined) return { token: { is: 'has', text: has[1], offset }, length: has[0].length }
  const everything = matchAt(EVERYTHING, text, offset)
  if (everything !== null)
    return { token: { is: everything[1] as 'all' | 'global', offset }, length: everything[0].length }
  const name = matchAt(NAME, text, offset)
  if (name === null) throw new SelectorError('A character that no selector has', offset)
  return { token: { is: 'label', text: name[0], offset }, length: name[0].length }
}

function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset
  return pattern.exec(text)
}
