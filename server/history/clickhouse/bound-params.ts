/** Parameters of statements as ClickHouse takes them: in the address, or as a form where the address would be too long. */
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { unreachable } from '../../../src/lib/assert.ts'
import { CLICKHOUSE } from '../sql/dialect.ts'
import type { Param, Statement } from '../sql/sql-text.ts'

/** Of all parameters: proxies take addresses of 8 KB. */
const MAX_ADDRESS_BYTES = 4096
/** Of a list in one field of a form: ClickHouse takes 128 KB (`http_max_field_value_size`), and a form comes before settings. */
const MAX_FIELD_BYTES = 64 * 1024

/** What a request has. */
export interface BoundStatement {
  readonly query: string
  readonly query_params?: Record<string, unknown>
  readonly values?: Readable
  readonly http_headers?: Record<string, string>
}

/** The statement with its parameters, by the names that the dialect gives the places: p1, p2, …. */
export function bindParams({ text, params }: Statement): BoundStatement {
  const fields = params.map(fieldsOf)
  const bytes = fields.flat().reduce((sum, field) => sum + Buffer.byteLength(field), 0)
  if (bytes <= MAX_ADDRESS_BYTES)
    return {
      query: text,
      query_params: Object.fromEntries(params.map(({ value }, i) => [`p${i + 1}`, value])),
    }
  // No value contains it, because nobody knows it before.
  const boundary = `flowtrace-${randomUUID()}`
  let query = text
  const parts: string[] = []
  for (const [i, own] of fields.entries()) {
    const place = CLICKHOUSE.placeholder(i + 1, params[i]?.type ?? 'text')
    const names = own.map((_, part) => (part === 0 ? `p${i + 1}` : `p${i + 1}_${part}`))
    if (names.length > 1) {
      const places = names.map((name) => place.replace(`p${i + 1}`, name))
      query = query.replaceAll(place, `arrayConcat(${places.join(', ')})`)
    }
    for (const [part, name] of names.entries())
      parts.push(
        `--${boundary}\r\nContent-Disposition: form-data; name="param_${name}"\r\n\r\n${own[part] ?? ''}\r\n`,
      )
  }
  return {
    query,
    values: Readable.from([Buffer.from(`${parts.join('')}--${boundary}--\r\n`)], { objectMode: false }),
    http_headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
  }
}

/** A value as text; a long list in several. */
function fieldsOf({ type, value }: Param): readonly string[] {
  switch (type) {
    case 'text':
      return [escaped(value)]
    case 'texts':
      return listsOf(value.map((text) => `'${escaped(text)}'`))
    case 'ids':
      return listsOf(value.map(String))
    case 'count':
    case 'number':
      return [String(value)]
    default:
      return unreachable(type, 'type of parameter')
  }
}

function listsOf(elements: readonly string[]): readonly string[] {
  const lists: string[] = []
  let list: string[] = []
  let bytes = 0
  for (const element of elements) {
    const length = Buffer.byteLength(element) + 1
    if (list.length > 0 && bytes + length > MAX_FIELD_BYTES) {
      lists.push(`[${list.join(',')}]`)
      list = []
      bytes = 0
    }
    list.push(element)
    bytes += length
  }
  return [...lists, `[${list.join(',')}]`]
}

const ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' }

function escaped(text: string): string {
  return text.replaceAll(/[\\'\t\n\r\0]/g, (char) => ESCAPES[char] ?? `\\${char}`)
}
