/** Parses Calico's label selectors (libcalico-go/lib/selector/parser/parser.go). */
import { type Comparison, type Selector, SelectorError } from './selector.ts'
import { type Token, tokensOf } from './tokens.ts'

/** Brackets within brackets. Calico's API takes no selector of more than 1,024 characters, which can hold half as many. */
const MAX_DEPTH = 1000

/**
 * The tree of a selector. An empty text, or one of blanks, is `all()`. `!` binds tighter than `&&`, and `&&` tighter than
 * `||`; `! a == "x"` is `!(a == "x")`. Throws {@link SelectorError}.
 */
export function parseSelector(text: string): Selector {
  const reader = new Reader(tokensOf(text))
  if (reader.peek().is === 'end') return { is: 'all' }
  const selector = reader.junction('or', 0)
  const rest = reader.peek()
  if (rest.is !== 'end') throw new SelectorError('The selector has ended before this', rest.offset)
  return selector
}

class Reader {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  /** The next token. The last one is `end`, and stays. */
  peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] as Token // there is `end` at least
  }

  junction(is: 'or' | 'and', depth: number): Selector {
    const operand = (): Selector => (is === 'or' ? this.junction('and', depth) : this.#unary(depth))
    const first = operand()
    const operands = [first]
    while (this.#takes(is === 'or' ? '||' : '&&')) operands.push(operand())
    return operands.length === 1 ? first : { is, operands }
  }

  #unary(depth: number): Selector {
    let isNegated = false
    while (this.#takes('!')) isNegated = !isNegated
    const operand = this.#primary(depth)
    return isNegated ? { is: 'not', operand } : operand
  }

  #primary(depth: number): Selector {
    const token = this.#next()
    if (token.is === 'has') return { is: 'has', label: token.text }
    if (token.is === 'all' || token.is === 'global') return { is: token.is }
    if (token.is === 'label') return this.#condition(token.text)
    if (token.is !== '(')
      throw new SelectorError('A label, has(…), all() or a bracket is expected', token.offset)
    if (depth === MAX_DEPTH)
      throw new SelectorError(`More than ${MAX_DEPTH} brackets within each other`, token.offset)
    const inner = this.junction('or', depth + 1)
    this.#expect(')', 'A closing bracket is missing')
    return inner
  }

  #condition(label: string): Selector {
    const { is, offset } = this.#next()
    if (is === 'in' || is === 'not in') return { is: 'set', label, operator: is, values: this.#values() }
    if (is === '==' || is === '!=' || is === 'contains' || is === 'starts with' || is === 'ends with')
      return this.#comparison(label, is)
    throw new SelectorError('An operator is expected after a label', offset)
  }

  #comparison(label: string, operator: Comparison['operator']): Comparison {
    const value = this.#next()
    if (value.is !== 'string') throw new SelectorError('A text in quotes is expected', value.offset)
    return { is: 'compare', label, operator, value: value.text }
  }

  /** A set may be empty, and may end in a comma. */
  #values(): readonly string[] {
    this.#expect('{', 'A set in braces is expected')
    const values: string[] = []
    for (let next = this.peek(); next.is === 'string'; next = this.peek()) {
      this.#at++
      values.push(next.text)
      if (!this.#takes(',')) break
    }
    this.#expect('}', 'A comma or a closing brace is expected')
    return values
  }

  #next(): Token {
    const token = this.peek()
    this.#at++
    return token
  }

  #takes(is: Token['is']): boolean {
    if (this.peek().is !== is) return false
    this.#at++
    return true
  }

  #expect(is: Token['is'], reason: string): void {
    if (!this.#takes(is)) throw new SelectorError(reason, this.peek().offset)
  }
}
