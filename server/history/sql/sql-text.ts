/**
 * Statements as text with bound parameters. A value can get into a statement as a {@link Param} only: a template takes
 * neither strings nor numbers.
 */
import type { Dialect } from './dialect.ts'

/** A bound value. `texts` and `ids` are lists, for `in`; `count` is a whole number up to 2^53, `number` any other. */
export type Param =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'texts'; readonly value: readonly string[] }
  | { readonly type: 'ids'; readonly value: readonly bigint[] }
  | { readonly type: 'count'; readonly value: number }
  | { readonly type: 'number'; readonly value: number }
export type ParamType = Param['type']

/** A part of a statement. */
export interface SqlText {
  readonly parts: readonly (string | Param)[]
}

/** What a template takes in its places: a part, or a bound value. */
export type Operand = SqlText | Param

/** A statement for an engine: its text, and the parameters in the order of their numbers, from 1. */
export interface Statement {
  readonly text: string
  readonly params: readonly Param[]
}

/** A part of a statement, with other parts and parameters in their places. */
export function sql(texts: TemplateStringsArray, ...inserted: readonly Operand[]): SqlText {
  return {
    parts: texts.flatMap((text, i) => {
      const next = inserted[i]
      if (next === undefined) return [text]
      return 'parts' in next ? [text, ...next.parts] : [text, next]
    }),
  }
}

/** Text as it is: for names of columns, tables and functions of ours, never for a value. */
export function verbatim(text: string): SqlText {
  return { parts: [text] }
}

/** The parts, with a text of ours between them. */
export function joined(parts: readonly Operand[], separator: string): SqlText {
  return {
    parts: parts.flatMap((part, i) => {
      const own = 'parts' in part ? part.parts : [part]
      return i === 0 ? own : [separator, ...own]
    }),
  }
}

export const TRUE = verbatim('true')
export const FALSE = verbatim('false')

/** All of the conditions hold. {@link TRUE} when all of them are. */
export function allOf(conditions: readonly SqlText[]): SqlText {
  const left = conditions.filter((each) => each !== TRUE)
  return left.length === 0 ? TRUE : sql`(${joined(left, ' and ')})`
}

/** Some of the conditions hold. {@link FALSE} when none of them does. */
export function someOf(conditions: readonly SqlText[]): SqlText {
  const left = conditions.filter((each) => each !== FALSE)
  return left.length === 0 ? FALSE : sql`(${joined(left, ' or ')})`
}

export const text = (value: string): Param => ({ type: 'text', value })
export const texts = (value: readonly string[]): Param => ({ type: 'texts', value })
export const ids = (value: readonly bigint[]): Param => ({ type: 'ids', value })
export const count = (value: number): Param => ({ type: 'count', value })
export const number = (value: number): Param => ({ type: 'number', value })

/** The statement with its parameters numbered. */
export function statementOf(part: SqlText, dialect: Dialect): Statement {
  const params: Param[] = []
  const pieces = part.parts.map((piece) => {
    if (typeof piece === 'string') return piece
    // A parameter that occurs twice, as one object, is bound once.
    const at = params.indexOf(piece)
    return dialect.placeholder(at < 0 ? params.push(piece) : at + 1, piece.type)
  })
  return { text: pieces.join(''), params }
}
