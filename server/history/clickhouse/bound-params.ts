/** Parameters of statements as ClickHouse takes them: in the address, or as a form where the address would be too long. */
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { unreachable } from '../../../src/lib/assert.ts'
import type { Param } from '../sql/sql-text.ts'

/** Of all parameters: proxies take addresses of 8 KB. */
const MAX_ADDRESS_BYTES = 4096

/** What a request has besides its statement. */
export interface BoundParams {
  readonly query_params?: Record<string, unknown>
  readonly values?: Readable
  readonly http_headers?: Record<string, string>
}

/** The parameters, by the names that the dialect gives the places: p1, p2, …. */
export function bindParams(params: readonly Param[]): BoundParams {
  const texts = params.map(textOf)
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  if (bytes <= MAX_ADDRESS_BYTES)
    return { query_params: Object.fromEntries(params.map(({ value }, i) => [`p${i + 1}`, value])) }
  // No value contains it, because nobody knows it before.
  const boundary = `flowtrace-${randomUUID()}`
  const parts = texts.map(
    (text, i) => `--${boundary}\r\nContent-Disposition: form-data; name="param_p${i + 1}"\r\n\r\n${text}\r\n`,
  )
  return {
    values: Readable.from([Buffer.from(`${parts.join('')}--${boundary}--\r\n`)], { objectMode: false }),
    http_headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
  }
}

function textOf({ type, value }: Param): string {
  switch (type) {
    case 'text':
      return escaped(value)
    case 'texts':
      return `[${value.map((text) => `'${escaped(text)}'`).join(',')}]`
    case 'ids':
      return `[${value.join(',')}]`
    case 'id':
    case 'count':
    case 'number':
      return String(value)
    default:
      return unreachable(type, 'type of parameter')
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' }

function escaped(text: string): string {
  return text.replaceAll(/[\\'\t\n\r\0]/g, (char) => ESCAPES[char] ?? `\\${char}`)
}
