/**
 * Texts that read like a condition and are none, such as `dst.ns backend`, `from a to b` or `denied`. The parser refuses
 * them and offers the query that is probably meant, because read as bare words they would match nothing or the wrong flows.
 */
import { namedField } from './field-names.ts'
import type { Token } from './tokenize.ts'

export interface Sentence {
  /** How many tokens it takes. */
  readonly tokens: number
  readonly message: string
  /** The query that is probably meant; the text in quotes where none is. */
  readonly suggestion: string
  /** Whether more text could make a condition of it. */
  readonly unfinished?: true
}

/** The tokens from a bare text on, and with −1 the one before it; undefined where there is none. */
type Peek = (ahead: number) => Token | undefined

const VERDICT_WORDS: ReadonlyMap<string, 'Deny' | 'Allow'> = new Map([
  ['denied', 'Deny'],
  ['blocked', 'Deny'],
  ['dropped', 'Deny'],
  ['refused', 'Deny'],
  ['allowed', 'Allow'],
  ['accepted', 'Allow'],
])
const REPORTER_WORDS: ReadonlyMap<string, string> = new Map([
  ['leaving', 'source'],
  ['entering', 'destination'],
])
/** Words that people write in place of an operator. */
const OPERATOR_WORDS: ReadonlyMap<string, string> = new Map([
  ['equals', '='],
  ['equal', '='],
  ['are', '='],
  ['contains', '~'],
  ['like', '~'],
])
/** What may follow a field, in letters. */
const AFTER_FIELD = ['is', 'in', 'not', 'and', 'or', ...OPERATOR_WORDS.keys()]

const PROTOCOL = /^(?:tcp|udp|sctp)$/i
const PORT = /^\d{1,5}$/
const PROTOCOL_AND_PORT = /^(?:(?:tcp|udp|sctp)\/\d{1,5}|\d{1,5}\/(?:tcp|udp|sctp))$/i
const ARROW = '→'

/** Whether a single bare word is refused, so that a search for it needs quotes. */
export function needsQuotes(word: string): boolean {
  return (
    namedField(word) !== undefined ||
    VERDICT_WORDS.has(word.toLowerCase()) ||
    PROTOCOL_AND_PORT.test(word) ||
    word.includes(ARROW)
  )
}

/** The sentence that begins with a bare token, which begins no comparison; undefined for a word to search for. */
export function sentenceAt(text: string, peek: Peek): Sentence | undefined {
  const token = peek(0)
  if (token?.kind !== 'bare' || token.wildcard) return undefined
  const written = writtenIn(text)
  const found =
    arrow(peek, written) ??
    ends(peek, written) ??
    protocolAndPort(peek, token) ??
    verdict(peek, token) ??
    fieldWithoutOperator(peek, token, written)
  const isNegated = peek(-1)?.kind === 'not'
  // A `not` before the sentence is about all of the conditions that take its place.
  return isNegated && found?.suggestion.includes(' and ')
    ? { ...found, suggestion: `(${found.suggestion})` }
    : found
}

function writtenIn(text: string): (token: Token) => string {
  return ({ from, to }) => text.slice(from, to)
}

/** The text at a place, unless a comparison begins there. */
function textAt(peek: Peek, ahead: number): Token | undefined {
  const token = peek(ahead)
  const next = peek(ahead + 1)?.kind
  const isCompared = next === 'operator' || next === 'in' || next === 'is'
  return (token?.kind === 'bare' || token?.kind === 'quoted') && !isCompared ? token : undefined
}

/** An end by name or namespace, since the text does not tell which it is; `ns/name` tells. */
function endIs(side: 'src' | 'dst', value: string): string {
  const [, namespace, name] = /^([^/"']+)\/([^/"']+)$/.exec(value) ?? []
  return namespace === undefined || name === undefined
    ? `(${side}.ns = ${value} or ${side}.name ~ ${value})`
    : `${side}.ns = ${namespace} and ${side}.name ~ ${name}`
}

const ENDS_MESSAGE = 'Source and destination are asked for by fields.'

/** `a → b`, `a -> b`. */
function arrow(peek: Peek, written: (token: Token) => string): Sentence | undefined {
  const first = peek(0)
  if (first === undefined) return undefined
  const [, glued, follower] = /^([^→]*)→([^→]*)$/.exec(first.text) ?? []
  if (glued !== undefined && follower !== undefined && glued !== '' && follower !== '') {
    return {
      tokens: 1,
      message: ENDS_MESSAGE,
      suggestion: `${endIs('src', glued)} and ${endIs('dst', follower)}`,
    }
  }
  const isArrow =
    peek(1)?.text === ARROW ||
    (peek(1)?.kind === 'not' && written(peek(1) ?? first) === '-' && peek(2)?.text === '>')
  const length = peek(1)?.text === ARROW ? 1 : 2
  const second = peek(1 + length)
  if (isArrow && second !== undefined && textAt(peek, 1 + length) !== undefined) {
    const suggestion = `${endIs('src', written(first))} and ${endIs('dst', written(second))}`
    return { tokens: 2 + length, message: ENDS_MESSAGE, suggestion }
  }
  return first.text.includes(ARROW)
    ? { tokens: 1, message: ENDS_MESSAGE, suggestion: `"${first.text}"` }
    : undefined
}

/** `from a to b`, `from a`, `to b`. */
function ends(peek: Peek, written: (token: Token) => string): Sentence | undefined {
  const conditions: string[] = []
  let at = 0
  for (const [word, side] of [
    ['from', 'src'],
    ['to', 'dst'],
  ] as const) {
    const value = peek(at)?.text.toLowerCase() === word ? textAt(peek, at + 1) : undefined
    if (peek(at)?.kind !== 'bare' || value === undefined) continue
    conditions.push(endIs(side, written(value)))
    at += 2
  }
  return at === 0 ? undefined : { tokens: at, message: ENDS_MESSAGE, suggestion: conditions.join(' and ') }
}

/** `tcp 80`, `tcp/80`, `80/tcp`. */
function protocolAndPort(peek: Peek, { text }: Token): Sentence | undefined {
  const port = peek(1)
  const isPair = PROTOCOL.test(text) && port !== undefined && PORT.test(port.text)
  if (!isPair && !PROTOCOL_AND_PORT.test(text)) return undefined
  const parts = isPair ? [text, port.text] : text.split('/')
  const [number, protocol] = parts.toSorted()
  return {
    tokens: isPair ? 2 : 1,
    message: 'Protocol and port are asked for by fields.',
    suggestion: `proto = ${protocol?.toLowerCase()} and port = ${number}`,
  }
}

/** `denied`, `denied leaving`, `allowed`. */
function verdict(peek: Peek, { text }: Token): Sentence | undefined {
  const action = VERDICT_WORDS.get(text.toLowerCase())
  if (action === undefined) return undefined
  const reporter = REPORTER_WORDS.get(peek(1)?.text.toLowerCase() ?? '')
  return {
    tokens: reporter === undefined ? 1 : 2,
    message: 'The verdict is asked for by a field. A text to search for stands in quotes.',
    suggestion:
      reporter === undefined ? `action = ${action}` : `action = ${action} and reporter = ${reporter}`,
  }
}

/** `dst.ns backend`, `policy contains dns`, `port`. */
function fieldWithoutOperator(
  peek: Peek,
  field: Token,
  written: (token: Token) => string,
): Sentence | undefined {
  if (namedField(field.text) === undefined) return undefined
  const next = textAt(peek, 1)
  const operator = next === undefined ? undefined : OPERATOR_WORDS.get(next.text.toLowerCase())
  const value = operator === undefined ? next : textAt(peek, 2)
  const isLast = peek(operator === undefined ? 2 : 3) === undefined
  if (next !== undefined && value !== undefined) {
    const begun = next.text.toLowerCase()
    const mayGoOn = isLast && operator === undefined && AFTER_FIELD.some((word) => word.startsWith(begun))
    return {
      tokens: operator === undefined ? 2 : 3,
      message: `Between the field ${written(field)} and its value stands an operator.`,
      suggestion: `${written(field)} ${operator ?? '='} ${written(value)}`,
      ...(mayGoOn ? { unfinished: true } : {}),
    }
  }
  return {
    tokens: 1,
    message: `${field.text} is a field: compare it with a value. A text to search for stands in quotes.`,
    suggestion: `"${field.text}"`,
    ...(peek(1) === undefined || next !== undefined ? { unfinished: true } : {}),
  }
}
