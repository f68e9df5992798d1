/**
 * Reads JSON as kubectl and API servers print it, with the places of values, many times as fast as the `yaml` package. For
 * what is no JSON, or would be read otherwise as YAML, it gives up, and the package reads the document. A test holds the
 * trees of both against each other.
 */
import type { DocumentText } from './yaml-documents.ts'
import type { Member, YamlNode } from './yaml-tree.ts'

/**
 * The value of a document; null where it is no plain JSON. Yields after each item of the lists at the top, so that a long
 * list is read in steps.
 */
export function* readPlainJson({ text, start }: DocumentText): Generator<null, YamlNode | null> {
  const reader = new JsonReader(text, start)
  try {
    return yield* reader.document()
  } catch (error) {
    if (error === GIVE_UP) return null
    throw error
  }
}

/** Thrown for what only the package reads; no error, so that it costs no stack. */
const GIVE_UP = Symbol('give up')
const MAX_DEPTH = 50
const BLANKS = /[ \n]*/y
/** Up to the closing quote; characters that are not printed are left to the package. */
const STRING = /"((?:[\x20\x21\x23-\x5b\x5d-\x7e\u00a1-\ud7ff\ue000-\ufefe\uff00-\ufffd]|\\.)*)"/y
/** Without exponents, and without a zero in front, which YAML reads otherwise. */
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?![\w.+-])/y
const WORD = /(?:true|false|null)(?!\w)/y

class JsonReader {
  readonly #text: string
  readonly #base: number
  #at = 0

  constructor(text: string, base: number) {
    this.#text = text
    this.#base = base
  }

  *document(): Generator<null, YamlNode> {
    if (this.#next() !== '{') throw GIVE_UP
    const start = this.#at
    const members = new Map<string, Member>()
    if (this.#enters('}'))
      do {
        const { name, key } = this.#key(members)
        members.set(name, { key, value: this.#next() === '[' ? yield* this.#topList() : this.#value(1) })
      } while (this.#goesOn('}'))
    const end = this.#at
    if (this.#next() !== '') throw GIVE_UP
    return { is: 'map', members, start: this.#base + start, end: this.#base + end }
  }

  *#topList(): Generator<null, YamlNode> {
    const start = this.#at
    const items: YamlNode[] = []
    if (this.#enters(']'))
      do {
        items.push(this.#value(2))
        yield null
      } while (this.#goesOn(']'))
    return { is: 'list', items, start: this.#base + start, end: this.#base + this.#at }
  }

  #value(depth: number): YamlNode {
    if (depth > MAX_DEPTH) throw GIVE_UP
    const first = this.#next()
    const start = this.#at
    switch (first) {
      case '{': {
        const members = new Map<string, Member>()
        if (this.#enters('}'))
          do {
            const { name, key } = this.#key(members)
            members.set(name, { key, value: this.#value(depth + 1) })
          } while (this.#goesOn('}'))
        return { is: 'map', members, start: this.#base + start, end: this.#base + this.#at }
      }
      case '[': {
        const items: YamlNode[] = []
        if (this.#enters(']'))
          do items.push(this.#value(depth + 1))
          while (this.#goesOn(']'))
        return { is: 'list', items, start: this.#base + start, end: this.#base + this.#at }
      }
      case '"': {
        const text = this.#string()
        return { is: 'text', text, start: this.#base + start, end: this.#base + this.#at }
      }
      case 't':
      case 'f':
      case 'n': {
        const word = this.#take(WORD)
        const span = { start: this.#base + start, end: this.#base + this.#at }
        return word === 'null' ? { is: 'null', ...span } : { is: 'boolean', value: word === 'true', ...span }
      }
      default: {
        const value = Number(this.#take(NUMBER))
        return { is: 'number', value, start: this.#base + start, end: this.#base + this.#at }
      }
    }
  }

  /** A name that is new among the members, with its colon. */
  #key(members: ReadonlyMap<string, Member>): { readonly name: string; readonly key: Member['key'] } {
    if (this.#next() !== '"') throw GIVE_UP
    const start = this.#base + this.#at
    const name = this.#string()
    // YAML merges the members of its value.
    if (name === '<<' || members.has(name)) throw GIVE_UP
    const key = { start, end: this.#base + this.#at }
    if (this.#next() !== ':') throw GIVE_UP
    this.#at++
    return { name, key }
  }

  #string(): string {
    const quoted = this.#take(STRING)
    if (!quoted.includes('\\')) return quoted.slice(1, -1)
    try {
      return String(JSON.parse(quoted))
    } catch {
      throw GIVE_UP
    }
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined) throw GIVE_UP
    this.#at += found.length
    return found
  }

  /** Passes a bracket. Whether anything is before the closing one, which is passed otherwise. */
  #enters(close: string): boolean {
    this.#at++
    if (this.#next() !== close) return true
    this.#at++
    return false
  }

  /** Passes a comma, or the closing bracket. Whether it was a comma. */
  #goesOn(close: string): boolean {
    const sign = this.#next()
    if (sign !== ',' && sign !== close) throw GIVE_UP
    this.#at++
    return sign === ','
  }

  /** The next character that is no blank, which stays; empty at the end. */
  #next(): string {
    BLANKS.lastIndex = this.#at
    BLANKS.exec(this.#text)
    this.#at = BLANKS.lastIndex
    return this.#text[this.#at] ?? ''
  }
}
