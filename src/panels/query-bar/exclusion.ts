import { complete } from '../../filter/language/complete.ts'
import { type Token, tokenize } from '../../filter/language/tokenize.ts'

/** A text and the position of the cursor in it. */
export interface Edited {
  readonly text: string
  readonly cursor: number
}

/** Whether a value that is offered at the cursor can be excluded. */
export function isExcludable(text: string, cursor: number): boolean {
  return exclusionOf(text, cursor, '') !== null
}

/**
 * The query with the condition at the cursor rewritten so that it excludes an offered value: `dst.ns = back` becomes
 * `dst.ns != backend`. A list keeps its other values, and the exclusion follows it. `value` is in the spelling of the
 * query language. Null when the cursor is not at a value, or when the condition is negated, so that accepting the offer
 * already excludes it.
 */
export function exclusionOf(text: string, cursor: number, value: string): Edited | null {
  const { kind, from, to } = complete(text, cursor)
  if (kind !== 'value') return null
  const before = tokenize(text.slice(0, from))
  const opens = before.findLastIndex((token) => token.kind === '(')
  const listed = opens > 0 && before.slice(opens + 1).every(isOfList)
  const operator = before[listed ? opens - 1 : before.length - 1]
  const name = nameBefore(before, operator)
  if (operator === undefined || name === undefined) return null
  const exclusion = `${text.slice(name.from, name.to)} != ${value}`
  if (!listed) return replaced(text, name.from, to, exclusion)

  const after = tokenize(text.slice(to))
  const closes = after.findIndex((token) => !isOfList(token))
  const close = after[closes]
  const rest = closes < 0 ? after : after.slice(0, closes)
  const end = close?.kind === ')' ? to + close.to : to + (rest.at(-1)?.to ?? 0)
  const others = [
    ...before.slice(opens + 1).map((token) => ({ token, at: 0 })),
    ...rest.map((token) => ({ token, at: to })),
  ]
    .filter(({ token }) => token.kind !== ',')
    .map(({ token, at }) => text.slice(at + token.from, at + token.to))
  if (others.length === 0) return replaced(text, name.from, end, exclusion)
  const list = `${text.slice(name.from, before[opens]?.to)}${others.join(', ')})`
  return replaced(text, name.from, end, `${list} and ${exclusion}`)
}

function isOfList({ kind }: Token): boolean {
  return kind === 'bare' || kind === 'quoted' || kind === ','
}

/** The field to the left of an operator; undefined when the condition is negated. */
function nameBefore(before: readonly Token[], operator: Token | undefined): Token | undefined {
  if (operator === undefined || (operator.kind !== 'operator' && operator.kind !== 'in')) return undefined
  const at = before.indexOf(operator)
  const name = before[at - 1]
  const negated = operator.text.startsWith('!') || name?.kind === 'not' || before[at - 2]?.kind === 'not'
  return negated ? undefined : name
}

function replaced(text: string, from: number, to: number, insert: string): Edited {
  return { text: text.slice(0, from) + insert + text.slice(to), cursor: from + insert.length }
}
