/** The syntax tree of a query. The query bar's text, the facets, the chips and the URL are all views of one such tree. */
import type { FieldId } from '../../flows/field.ts'

/** A text to compare with. With `wildcard` each `*` in it stands for any characters, also none. */
export interface TextValue {
  readonly kind: 'text'
  readonly text: string
  readonly wildcard: boolean
}

/** A number to compare with: a port, a rule counted from 1, a count, bytes, or an age in seconds. */
export interface NumberValue {
  readonly kind: 'number'
  readonly number: number
}

export type Value = TextValue | NumberValue

/** `~` is "contains", ignoring case. */
export type Operator = '=' | '!=' | '~' | '!~' | '<' | '<=' | '>' | '>='

/** A comparison of one field. Several values are alternatives (`in`); a negated operator excludes all of them. */
export interface Comparison {
  readonly kind: 'compare'
  readonly field: FieldId
  /** The label's key, for the label fields only. */
  readonly label?: string
  readonly operator: Operator
  readonly values: readonly Value[]
}

/** A bare word, contained in a name, namespace, service, policy or label. Case is ignored. */
export interface Word {
  readonly kind: 'word'
  readonly text: string
}

export interface And {
  readonly kind: 'and'
  /** Two or more. */
  readonly terms: readonly Expression[]
}

export interface Or {
  readonly kind: 'or'
  /** Two or more. */
  readonly terms: readonly Expression[]
}

export interface Not {
  readonly kind: 'not'
  readonly term: Expression
}

/** The empty query: everything matches. */
export interface All {
  readonly kind: 'all'
}

export type Expression = All | And | Or | Not | Comparison | Word

export const ALL: All = { kind: 'all' }
