/**
 * The recursive descent parser of the query language. Total: every text gives a query, or errors with their places and
 * the query of the rest.
 *
 *     query      := or
 *     or         := and { ("or" | "||") and }
 *     and        := not { ["and" | "&&"] not }
 *     not        := ("not" | "!" | "-") not | "(" or ")" | comparison | word
 *     comparison := field operator (value | "(" value { "," value } ")")
 *                 | field ["not"] "in" (value | "(" value { "," value } ")")
 *                 | field "is" ["not"] ["in"] (value | "(" value { "," value } ")")
 *     operator   := "=" | ":" | "!=" | "~" | "!~" | "<" | "<=" | ">" | ">="
 *
 * `pending != enforced` and `pending = enforced` are spellings of `changed = yes` and `changed = no`, and
 * `verdict = denied-leaving` of `action = Deny and reporter = source` (spelled-verdict.ts). A bare word means "contains", so
 * stars around it are dropped, and a star alone is the query that matches everything. Bare words that read like a
 * condition are refused (sentence.ts).
 */
import { unreachable } from '../../lib/assert.ts'
import { ALL, type Comparison, type Expression, type Operator, type Value } from '../tree/expression.ts'
import { normalise } from '../tree/normalise.ts'
import { quantityOf } from './quantity.ts'
import { type SyntaxSpan, MAX_NESTING, type ParseError, TokenReader } from './token-reader.ts'
import { explainUnknownField, type NamedField, namedField } from './field-names.ts'
import { isOperator, type Token } from './tokenize.ts'
import { readValue, refuseOperator, takesOne } from './read-value.ts'
import { takePortRange } from './port-range.ts'
import { sentenceAt } from './sentence.ts'
import { roleOf, takeValues } from './value-list.ts'
import { compareVerdict } from './spelled-verdict.ts'

export type Parsed =
  | { readonly ok: true; readonly expression: Expression }
  /** `errors` in the order of the text, never empty; `partial` is the query of what could be parsed. */
  | { readonly ok: false; readonly errors: readonly ParseError[]; readonly partial: Expression }

/** Null when nothing here could be parsed, which is then reported as an error. So do the functions below. */
function parseOr(reader: TokenReader, depth: number): Expression | null {
  const terms = [parseAnd(reader, depth)]
  while (reader.peek()?.kind === 'or') {
    reader.take('keyword')
    terms.push(parseAnd(reader, depth))
  }
  const understood = terms.filter((term) => term !== null)
  return understood.length === 0 ? null : { kind: 'or', terms: understood }
}

function parseAnd(reader: TokenReader, depth: number): Expression | null {
  const terms: Expression[] = []
  let isConditionMissing = true
  for (let token = reader.peek(); token !== undefined; token = reader.peek()) {
    if (token.kind === 'or' || token.kind === ')') break
    if (token.kind === 'and') {
      if (isConditionMissing) reader.fail(token, { message: 'A condition is missing before "and".' })
      reader.take('keyword')
      isConditionMissing = true
      continue
    }
    const term = parseNot(reader, depth)
    if (term !== null) terms.push(term)
    isConditionMissing = false
  }
  if (isConditionMissing) reportMissingCondition(reader)
  return terms.length === 0 ? null : { kind: 'and', terms }
}

function reportMissingCondition(reader: TokenReader): void {
  const token = reader.peek()
  reader.missing(`A condition is missing ${token === undefined ? 'at the end' : `before "${token.text}"`}.`)
}

function parseNot(reader: TokenReader, depth: number): Expression | null {
  if (depth >= MAX_NESTING) {
    reader.stop(`A query is at most ${MAX_NESTING} parentheses deep.`)
    return null
  }
  const token = reader.peek()
  if (token === undefined) {
    reportMissingCondition(reader)
    return null
  }
  switch (token.kind) {
    case 'not': {
      reader.take('keyword')
      const term = parseNot(reader, depth + 1)
      return term === null ? null : { kind: 'not', term }
    }
    case '(':
      return parseGroup(reader, token, depth)
    case 'bare':
    case 'quoted':
      return startsComparison(reader) ? parseComparison(reader, token) : parseWord(reader, token)
    case ',':
      reader.fail(token, { message: 'Several values stand in parentheses: port = (80, 443).' })
      reader.skip()
      return null
    case 'in':
    case 'is':
    case 'operator':
      reader.fail(token, { message: `A field is missing before "${token.text}".` })
      reader.skip()
      return null
    case 'and':
    case 'or':
    case ')':
      reportMissingCondition(reader)
      return null
    default:
      return unreachable(token.kind, 'token')
  }
}

function parseGroup(reader: TokenReader, open: Token, depth: number): Expression | null {
  reader.take('bracket')
  const term = parseOr(reader, depth + 1)
  if (reader.peek()?.kind === ')') reader.take('bracket')
  else if (!reader.stopped)
    reader.fail(open, { message: 'This parenthesis is never closed.', unfinished: true })
  return term
}

function startsComparison(reader: TokenReader): boolean {
  const next = reader.peek(1)
  return (
    isOperator(next) ||
    next?.kind === 'in' ||
    next?.kind === 'is' ||
    (next?.kind === 'not' && reader.peek(2)?.kind === 'in')
  )
}

function parseWord(reader: TokenReader, token: Token): Expression | null {
  const sentence = sentenceAt(reader.text, (ahead) => reader.peek(ahead))
  if (sentence !== undefined) {
    const { tokens, ...refused } = sentence
    for (let i = 0; i < tokens; i++) reader.take('error')
    reader.fail({ from: token.from, to: reader.end }, refused)
    return null
  }
  reader.take(roleOf(token, 'word'))
  if (!token.wildcard) return { kind: 'word', text: token.text }
  const text = token.text.replaceAll(/^\*+|\*+$/g, '')
  if (!text.includes('*')) return text === '' ? ALL : { kind: 'word', text }
  reader.fail(token, {
    message: 'A bare word has no wildcard inside. Ask a field, or quote it.',
    suggestion: `name = ${reader.text.slice(token.from, token.to)}`,
  })
  return null
}

/** Parses a comparison whose field and operator the caller has seen by looking ahead. */
function parseComparison(reader: TokenReader, name: Token): Expression | null {
  const named = namedField(name.text)
  const known = named !== undefined && named.label !== ''
  reader.take(known ? 'field' : 'error')
  if (named === undefined) reader.fail(name, explainUnknownField(name.text))
  else if (!known) reader.fail(name, { message: `Name the label, as ${named.field.id}.app.` })

  const sign = reader.peek()
  const operator = takeOperator(reader)
  const refused = known ? refuseOperator(named.field, operator) : undefined
  if (sign !== undefined && refused !== undefined) reader.fail(sign, refused)

  const numeric = known && quantityOf(named.field) !== undefined
  const tokens = takeValues(reader, numeric ? 'number' : 'value')
  if (!known || refused !== undefined) return null
  if (sign !== undefined && tokens.length > 1 && takesOne(operator)) {
    reader.fail(sign, { message: `${operator} takes one value.` })
    return null
  }
  const range = known ? takePortRange(reader, name, named, operator, tokens) : undefined
  if (range !== undefined) {
    reader.fail({ from: name.from, to: reader.end }, range)
    return null
  }
  return (
    comparePending(named, operator, tokens) ??
    compareVerdict(name.text, operator, tokens) ??
    compare(reader, named, operator, tokens)
  )
}

function takeOperator(reader: TokenReader): Operator {
  const token = reader.peek()
  if (isOperator(token)) {
    reader.take('operator')
    return token.text
  }
  if (token?.kind === 'is') reader.take('keyword')
  const negated = reader.peek()?.kind === 'not'
  if (negated) reader.take('keyword')
  if (reader.peek()?.kind === 'in') reader.take('keyword')
  return negated ? '!=' : '='
}

/** The comparison of `changed` that `pending != enforced` stands for; undefined for other comparisons. */
function comparePending(
  named: NamedField,
  operator: Operator,
  tokens: readonly Token[],
): Comparison | undefined {
  const [token] = tokens
  if (named.field.id !== 'pending' || tokens.length !== 1 || token?.text.toLowerCase() !== 'enforced') {
    return undefined
  }
  if (operator !== '=' && operator !== '!=') return undefined
  const text = operator === '=' ? 'no' : 'yes'
  return {
    kind: 'compare',
    field: 'changed',
    operator: '=',
    values: [{ kind: 'text', text, wildcard: false }],
  }
}

function compare(
  reader: TokenReader,
  { field, label }: NamedField,
  operator: Operator,
  tokens: readonly Token[],
): Comparison | null {
  const values: Value[] = []
  for (const token of tokens) {
    const value = readValue(field, operator, token)
    if ('kind' in value) {
      values.push(value)
      continue
    }
    const { unfinished, ...refused } = value
    const isLast = token.to === reader.text.length
    reader.fail(token, unfinished && isLast ? value : refused)
  }
  if (values.length === 0) return null
  return { kind: 'compare', field: field.id, ...(label === undefined ? {} : { label }), operator, values }
}

export interface Analysis {
  /** The query of what could be parsed, normalised. */
  readonly expression: Expression
  readonly errors: readonly ParseError[]
  /** The span of every token, in order. */
  readonly spans: readonly SyntaxSpan[]
}

/** Parses a text: the query of what could be parsed, the errors, and the syntax role of every token. */
export function analyse(text: string): Analysis {
  const reader = new TokenReader(text)
  const terms: Expression[] = []
  for (let token = reader.peek(); token !== undefined; token = reader.peek()) {
    if (token.kind === ')') {
      reader.fail(token, { message: 'No parenthesis is open here.' })
      reader.take('error')
    } else {
      const term = parseOr(reader, 0)
      if (term !== null) terms.push(term)
    }
  }
  const errors = reader.errors.toSorted((a, b) => a.from - b.from || a.to - b.to)
  return { expression: normalise({ kind: 'and', terms }), errors, spans: reader.spans }
}

/** Whether a text with these errors only ends too early, as while it is being typed: nothing is wrong in it so far. */
export function isUnfinished(errors: readonly ParseError[]): boolean {
  return errors.length > 0 && errors.every(({ unfinished }) => unfinished === true)
}

/** Parses a text to its query, normalised, or to its errors. */
export function parse(text: string): Parsed {
  const { expression, errors } = analyse(text)
  return errors.length === 0 ? { ok: true, expression } : { ok: false, errors, partial: expression }
}
