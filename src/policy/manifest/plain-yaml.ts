/**
 * Reads the plain part of YAML that nearly all manifests keep to, several times as fast as the `yaml` package: block mappings
 * and lists, flow collections on one line, and scalars on one line without escapes. For anything else it gives up, and
 * the package reads the document. A test holds the trees of both against each other.
 */
import type { DocumentText } from './yaml-documents.ts'
import type { Member, YamlNode } from './yaml-tree.ts'

/** The value of a document; null where it has more than the plain part, or is broken. */
export function readPlainYaml({ text, start }: DocumentText): YamlNode | null {
  if (UNUSUAL.test(text)) return null
  try {
    return new PlainReader(text, start).read()
  } catch (error) {
    if (error === GIVE_UP) return null
    throw error
  }
}

/** Thrown for what only the package reads; no error, so that it costs no stack. */
const GIVE_UP = Symbol('give up')
const MAX_DEPTH = 50
/** Tabs, lone carriage returns, characters that are not printed, and a mark within the text. */
const UNUSUAL = /[^\n\x20-\x7e\u00a1-\ud7ff\ue000-\ufefe\uff00-\ufffd]/
const KEY = /([A-Za-z_][A-Za-z0-9_./-]*):(?= |\n|$)/y
/** A scalar without quotes begins with none of YAML's signs. */
const PLAIN_START = /[A-Za-z0-9_./(]/
const BLOCK_SCALAR_BREAK = /: | #|:$/
const FLOW_SCALAR = /[^,[\]{}\n]*/y
const FLOW_SCALAR_BREAK = /:(?![A-Za-z0-9])| #/
const INTEGER = /^[-+]?\d+$/
const DECIMAL = /^[-+]?(?:\.\d+|\d+\.\d*)$/
/** Numbers in other notations, which are seldom meant. */
const OTHER_NUMBER =
  /^(?:0[xo][0-9a-fA-F]+|[-+]?(?:\d+\.?\d*|\.\d+)[eE][-+]?\d+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ...['null', 'Null', 'NULL'].map((text) => [text, null] as const),
  ...['true', 'True', 'TRUE'].map((text) => [text, true] as const),
  ...['false', 'False', 'FALSE'].map((text) => [text, false] as const),
])

interface Line {
  readonly indent: number
  /** Of its first character that is no blank, and after its last. */
  readonly from: number
  readonly to: number
}

class PlainReader {
  readonly #text: string
  readonly #base: number
  readonly #lines: readonly Line[]
  #at = 0

  constructor(text: string, base: number) {
    this.#text = text
    this.#base = base
    this.#lines = linesOf(text)
  }

  read(): YamlNode {
    const first = this.#lines[0]
    if (first === undefined || first.indent > 0) throw GIVE_UP
    const node = this.#block(0, 0)
    if (this.#at < this.#lines.length) throw GIVE_UP
    return node
  }

  /** The mapping or list whose lines begin at `indent`. */
  #block(indent: number, depth: number): YamlNode {
    if (depth > MAX_DEPTH) throw GIVE_UP
    const { from } = this.#line()
    return this.#isItem(from) ? this.#list(indent, depth) : this.#mapping(indent, from, depth)
  }

  #list(indent: number, depth: number): YamlNode {
    const start = this.#line().from
    const items: YamlNode[] = []
    for (let line = this.#peek(); line?.indent === indent && this.#isItem(line.from); line = this.#peek()) {
      let from = line.from + 2
      while (this.#text[from] === ' ') from++
      if (from >= line.to || this.#isItem(from)) throw GIVE_UP
      items.push(
        this.#isKey(from)
          ? this.#mapping(from - line.from + indent, from, depth + 1)
          : this.#scalarLine(from, indent),
      )
    }
    return { is: 'list', items, start: this.#base + start, end: items.at(-1)?.end ?? start }
  }

  /** The first key stands at `first`, perhaps after a hyphen. */
  #mapping(indent: number, first: number, depth: number): YamlNode {
    if (depth > MAX_DEPTH) throw GIVE_UP
    const members = new Map<string, Member>()
    let at = first
    let end = first
    for (;;) {
      const name = this.#keyAt(at)
      if (members.has(name)) throw GIVE_UP
      const key = { start: this.#base + at, end: this.#base + at + name.length }
      const value = this.#valueAfter(at + name.length + 1, key, indent, depth)
      members.set(name, { key, value })
      end = value.end
      const next = this.#peek()
      if (next === undefined || next.indent < indent) break
      if (next.indent > indent) throw GIVE_UP
      if (this.#isItem(next.from)) break
      at = next.from
    }
    return { is: 'map', members, start: this.#base + first, end }
  }

  #valueAfter(colon: number, key: Member['key'], indent: number, depth: number): YamlNode {
    let from = colon
    while (this.#text[from] === ' ') from++
    if (from < this.#line().to) return this.#scalarLine(from, indent)
    this.#at++
    const next = this.#peek()
    const isNested =
      next !== undefined && (next.indent > indent || (next.indent === indent && this.#isItem(next.from)))
    return isNested
      ? this.#block(next.indent, depth + 1)
      : { is: 'null', start: key.start, end: this.#base + colon }
  }

  /** A value that fills the rest of its line; one that goes on in the next line is left to the package. */
  #scalarLine(from: number, indent: number): YamlNode {
    const { to } = this.#line()
    this.#at++
    const next = this.#peek()
    if (next !== undefined && next.indent > indent) throw GIVE_UP
    const first = this.#text[from] ?? ''
    if (first === '[' || first === '{' || first === '"' || first === "'") {
      const flow = new FlowReader(this.#text, this.#base, from)
      const node = flow.value(0)
      if (flow.at !== to) throw GIVE_UP
      return node
    }
    const text = this.#text.slice(from, to)
    if (!PLAIN_START.test(first) || BLOCK_SCALAR_BREAK.test(text)) throw GIVE_UP
    return scalarOf(text, this.#base + from)
  }

  #isItem(from: number): boolean {
    return this.#text[from] === '-' && (this.#text[from + 1] === ' ' || this.#text[from + 1] === '\n')
  }

  #isKey(from: number): boolean {
    KEY.lastIndex = from
    return KEY.test(this.#text)
  }

  #keyAt(from: number): string {
    KEY.lastIndex = from
    const name = KEY.exec(this.#text)?.[1]
    // Null, true and numbers are keys too, by other rules.
    if (name === undefined || CONSTANTS.has(name)) throw GIVE_UP
    return name
  }

  #line(): Line {
    const line = this.#lines[this.#at]
    if (line === undefined) throw GIVE_UP
    return line
  }

  #peek(): Line | undefined {
    return this.#lines[this.#at]
  }
}

/** A flow collection or a text in quotes, on one line. */
class FlowReader {
  readonly #text: string
  readonly #base: number
  at: number

  constructor(text: string, base: number, at: number) {
    this.#text = text
    this.#base = base
    this.at = at
  }

  value(depth: number): YamlNode {
    if (depth > MAX_DEPTH) throw GIVE_UP
    const first = this.#text[this.at] ?? ''
    switch (first) {
      case '[':
        return this.#list(depth)
      case '{':
        return this.#mapping(depth)
      case '"':
      case "'":
        return this.#quoted(first)
      default:
        return this.#plain()
    }
  }

  #list(depth: number): YamlNode {
    const start = this.at
    const items: YamlNode[] = []
    this.#separated(']', () => items.push(this.value(depth + 1)))
    return { is: 'list', items, start: this.#base + start, end: this.#base + this.at }
  }

  #mapping(depth: number): YamlNode {
    const start = this.at
    const members = new Map<string, Member>()
    this.#separated('}', () => {
      KEY.lastIndex = this.at
      const name = KEY.exec(this.#text)?.[1]
      if (name === undefined || CONSTANTS.has(name) || members.has(name)) throw GIVE_UP
      const key = { start: this.#base + this.at, end: this.#base + this.at + name.length }
      this.at += name.length + 1
      this.#skipBlanks()
      members.set(name, { key, value: this.value(depth + 1) })
    })
    return { is: 'map', members, start: this.#base + start, end: this.#base + this.at }
  }

  /** What stands between the opening bracket and `close`, with commas between. */
  #separated(close: string, readOne: () => void): void {
    this.at++
    this.#skipBlanks()
    while (this.#text[this.at] !== close) {
      readOne()
      this.#skipBlanks()
      if (this.#text[this.at] === ',') {
        this.at++
        this.#skipBlanks()
      } else if (this.#text[this.at] !== close) throw GIVE_UP
    }
    this.at++
  }

  #quoted(quote: string): YamlNode {
    const start = this.at
    const end = this.#text.indexOf(quote, start + 1)
    const text = this.#text.slice(start + 1, end)
    // A doubled quote is an escape, too, and leaves the text at once.
    if (
      end === -1 ||
      text.includes('\n') ||
      (quote === '"' && text.includes('\\')) ||
      this.#text[end + 1] === quote
    )
      throw GIVE_UP
    this.at = end + 1
    return { is: 'text', text, start: this.#base + start, end: this.#base + this.at }
  }

  #plain(): YamlNode {
    FLOW_SCALAR.lastIndex = this.at
    const text = (FLOW_SCALAR.exec(this.#text)?.[0] ?? '').trimEnd()
    if (!PLAIN_START.test(text[0] ?? '') || FLOW_SCALAR_BREAK.test(text)) throw GIVE_UP
    const start = this.at
    this.at += text.length
    return scalarOf(text, this.#base + start)
  }

  #skipBlanks(): void {
    while (this.#text[this.at] === ' ') this.at++
  }
}

/** By the rules of YAML's core schema. */
function scalarOf(text: string, start: number): YamlNode {
  const span = { start, end: start + text.length }
  const constant = CONSTANTS.get(text)
  if (constant === null) return { is: 'null', ...span }
  if (constant !== undefined) return { is: 'boolean', value: constant, ...span }
  if (OTHER_NUMBER.test(text)) throw GIVE_UP
  if (INTEGER.test(text) || DECIMAL.test(text)) return { is: 'number', value: Number(text), ...span }
  return { is: 'text', text, ...span }
}

/** The lines with content. Comments may stand above all of it: below, they may belong to a value's end. */
function linesOf(text: string): readonly Line[] {
  const lines: Line[] = []
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    let from = start
    while (from < end && text[from] === ' ') from++
    let to = end
    while (to > from && text[to - 1] === ' ') to--
    if (text[from] === '#' && from < to) {
      if (lines.length > 0) throw GIVE_UP
    } else if (from < to) lines.push({ indent: from - start, from, to })
    start = end + 1
  }
  return lines
}
