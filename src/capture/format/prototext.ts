/**
 * Parses the text format of protobuf messages, as far as Go's `String()` writes it on one line. Its spaces vary between
 * builds on purpose (google.golang.org/protobuf/internal/encoding/text), so they carry no meaning here.
 */
import { FieldError, type Json } from './json-fields.ts'

/** A message nested deeper than this is refused, so that the recursion is bounded. */
const MAX_DEPTH = 8

/** A name before its colon, a bracket, a dash between messages, a text in quotes, or a word or number. */
const TOKEN =
  /\s*(?:(?<name>[A-Za-z_]\w*)\s*:\s*|(?<sign>[{}<>,;])|(?<dash>-(?=\s))|"(?<text>(?:[^"\\]|\\.)*)"|(?<word>[-+\w.]+))/uy

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

/** A text without its escapes. Octal and hexadecimal ones are bytes of UTF-8. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  const bytes: number[] = []
  const encoder = new TextEncoder()
  const parts = text.matchAll(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))|[^\\]+/gu,
  )
  for (const [all, octal, hex, short, long, simple] of parts) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 0xff)
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16))
    else if (short !== undefined || long !== undefined) {
      const point = Number.parseInt(short ?? long ?? '', 16)
      bytes.push(...encoder.encode(point <= 0x10_ffff ? String.fromCodePoint(point) : '\uFFFD'))
    } else bytes.push(...encoder.encode(simple === undefined ? all : (SIMPLE_ESCAPES.get(simple) ?? simple)))
  }
  return new TextDecoder().decode(Uint8Array.from(bytes))
}

type Groups = Partial<Record<'name' | 'sign' | 'dash' | 'text' | 'word', string>>

class PrototextParser {
  readonly #text: string
  readonly #field: string
  #at = 0

  constructor(text: string, field: string) {
    this.#text = text.trimEnd()
    this.#field = field
  }

  messages(): readonly Json[] {
    const found: Json[] = []
    while (this.#at < this.#text.length) {
      if (this.#next().dash === undefined) throw this.#error()
      found.push(this.#message(0))
    }
    return found
  }

  /** Reads members up to a closing bracket, or at depth 0 up to the dash of the next message or the end. */
  #message(depth: number): Json {
    if (depth > MAX_DEPTH) throw this.#error()
    const members = new Map<string, unknown>()
    for (;;) {
      if (this.#at >= this.#text.length && depth === 0) break
      const begin = this.#at
      const { name, sign, dash, word } = this.#next()
      if (dash !== undefined && depth === 0) {
        this.#at = begin
        break
      }
      if (sign === '}' || sign === '>') {
        if (depth === 0) throw this.#error()
        break
      }
      if (sign === ',' || sign === ';') continue
      if (name !== undefined) members.set(name, this.#value(depth))
      // The colon before a message may be missing.
      else if (word !== undefined && /^[A-Za-z_]\w*$/.test(word))
        members.set(word, this.#nested(this.#next(), depth))
      else throw this.#error()
    }
    return Object.fromEntries(members)
  }

  #value(depth: number): unknown {
    const token = this.#next()
    if (token.text !== undefined) return unescaped(token.text)
    if (token.word !== undefined) return /^-?\d{1,19}$/.test(token.word) ? Number(token.word) : token.word
    return this.#nested(token, depth)
  }

  #nested({ sign }: Groups, depth: number): Json {
    if (sign !== '{' && sign !== '<') throw this.#error()
    return this.#message(depth + 1)
  }

  #next(): Groups {
    TOKEN.lastIndex = this.#at
    const groups: Groups | undefined = TOKEN.exec(this.#text)?.groups
    if (groups === undefined) throw this.#error()
    this.#at = TOKEN.lastIndex
    return groups
  }

  #error(): FieldError {
    return new FieldError(this.#field, this.#text.slice(this.#at, this.#at + 40), 'the text of policy hits')
  }
}

/**
 * The messages of a list in which each begins with a dash: `- kind:Profile name:"x" - kind:…`. Enums are names, or
 * numbers where the writer did not know them. Throws a FieldError with the field's name.
 */
export function prototextList(text: string, field: string): readonly Json[] {
  return new PrototextParser(text, field).messages()
}
