/**
 * Calico's label selectors as a tree (libcalico-go/lib/selector/parser/ast.go). Kubernetes' own selectors are another
 * language, and are converted to this one.
 */

export interface Comparison {
  readonly is: 'compare'
  readonly label: string
  readonly operator: '==' | '!=' | 'contains' | 'starts with' | 'ends with'
  readonly value: string
}

export interface Membership {
  readonly is: 'set'
  readonly label: string
  readonly operator: 'in' | 'not in'
  /** In the order of the text, perhaps with repetitions. */
  readonly values: readonly string[]
}

export interface Presence {
  readonly is: 'has'
  readonly label: string
}

/** `global()` is true as `all()` is; in a rule's namespaceSelector Calico gives it another meaning before it is parsed. */
export interface Everything {
  readonly is: 'all' | 'global'
}

export interface Negation {
  readonly is: 'not'
  readonly operand: Selector
}

export interface Junction {
  readonly is: 'and' | 'or'
  /** Two or more. */
  readonly operands: readonly Selector[]
}

export type Selector = Comparison | Membership | Presence | Everything | Negation | Junction

/** A text that is no selector. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError'
  /** UTF-16 code units from the beginning of the text, where what is wrong begins. */
  readonly offset: number
  readonly reason: string

  constructor(reason: string, offset: number) {
    super(`${reason} (at character ${offset + 1})`)
    this.reason = reason
    this.offset = offset
  }
}
