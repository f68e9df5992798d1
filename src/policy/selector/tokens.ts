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
const NO_LABEL_AFTER = '(?![a-zA-Z0-9_./-])'

/** Only a blank and a tab: a line break is an error, also within a call. */
const BLANKS = /[ \t]*/y
const PUNCTUATION = /\(|\)|\{|\}|,|==|!=|!|&&|\|\|/y
const LABEL = /[a-zA-Z0-9_./-]+/y
/** The beginning of a call, which has no blank before its bracket. */
const CALL = /(has|all|global)\([ \t]*/y
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

function operandAt(text: string, offset: number): Cut {
  const call = matchAt(CALL, text, offset)
  if (call !== null) return callAt(text, offset, call[1] as Call, offset + call[0].length)
  const name = labelAt(text, offset, 'A character that no selector has')
  return { token: { is: 'label', text: name, offset }, length: name.length }
}

type Call = 'has' | 'all' | 'global'

/** A call whose bracket and the blanks after it end at `inner`. */
function callAt(text: string, offset: number, call: Call, inner: number): Cut {
  const label = call === 'has' ? labelAt(text, inner, 'has( needs a label') : ''
  const after = inner + label.length
  const end = after + (matchAt(BLANKS, text, after)?.[0].length ?? 0)
  if (text[end] !== ')') throw new SelectorError(`${call}( needs its closing bracket here`, end)
  const length = end + 1 - offset
  return { token: call === 'has' ? { is: call, text: label, offset } : { is: call, offset }, length }
}

/** The label at an offset. `otherwise`: the reason where there is none. */
function labelAt(text: string, offset: number, otherwise: string): string {
  const label = matchAt(LABEL, text, offset)?.[0]
  if (label === undefined) throw new SelectorError(otherwise, offset)
  if (label.length > MAX_LABEL)
    throw new SelectorError(`A label with more than ${MAX_LABEL} characters`, offset)
  return label
}

function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset
  return pattern.exec(text)
}
