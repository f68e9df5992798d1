/**
 * Finds what stands inside the wrappers that log systems put around a record: Loki, OpenTelemetry, HAR recordings,
 * Splunk, journald, and the members in which log shippers keep a line. It opens one wrapper; the caller opens the next.
 */
import { fromDigits, isObject, type Json } from './json-fields.ts'
import { LISTS, NESTED_LISTS } from './record-lists.ts'

/** What stands inside a wrapper, in its order. */
export type Inner =
  | { readonly is: 'value'; readonly value: unknown }
  /** A text which is split as a file's is. */
  | {
      readonly is: 'text'
      readonly text: string
      /** The time that the wrapper has, in RFC 3339. It is read for records that cannot have one of their own. */
      readonly time?: string | undefined
    }
  /** The text of an answer in a browser recording, where most answers have nothing to do with flows. */
  | { readonly is: 'answer'; readonly text: string }

/**
 * The members that hold a record or the text of one: Elasticsearch's hit, Splunk's HEC and search results, Docker and
 * fluent-bit, logcli and Grafana, journald.
 */
const MEMBERS = ['_source', 'event', 'result', '_raw', 'log', 'line', 'message', 'MESSAGE'] as const

/** The members of OpenTelemetry's AnyValue, in its JSON mapping. */
const ANY_VALUES = [
  'stringValue',
  'kvlistValue',
  'arrayValue',
  'intValue',
  'doubleValue',
  'boolValue',
  'bytesValue',
]

/** Answers of these media types hold no flows. Only they are left out unread: servers mislabel text and JSON. */
const MEDIA_TYPES_WITHOUT_FLOWS =
  /^(?:image|font|audio|video)\/|^text\/(?:css|html)\b|\b(?:java|ecma)script\b|\bwasm\b/

/** What stands inside the wrapper that a value is; undefined when it is none that we know. */
export function innerOf(value: unknown): readonly Inner[] | undefined {
  if (Array.isArray(value)) return innerOfArray(value)
  if (!isObject(value)) return undefined
  const list = listIn(value)
  if (list !== undefined) return list.map(asValue)
  if (isObject(value.body) && ANY_VALUES.some((name) => Object.hasOwn(value.body as Json, name))) {
    return [innerOfMember(fromAnyValue(value.body))]
  }
  if (isObject(value.request) && isObject(value.response)) {
    return [{ is: 'answer', text: textOfAnswer(value.response.content) }]
  }
  return innerOfMembers(value)
}

/** Loki's entry is a pair of a time in nanoseconds and a line, and perhaps its structured metadata. */
function innerOfArray(items: readonly unknown[]): readonly Inner[] {
  const [time, line, ...rest] = items
  if (typeof time === 'string' && /^\d{1,19}$/.test(time) && typeof line === 'string') {
    // An entry whose bracket was lost has swallowed those behind it; metadata is an object.
    return [{ is: 'text', text: line }, ...rest.filter(Array.isArray).map(asValue)]
  }
  return items.map(asValue)
}

function asValue(value: unknown): Inner {
  return { is: 'value', value }
}

/** The list of records in an object that is itself inside a wrapper, where the splitter of texts has not seen it. */
function listIn(record: Json): readonly unknown[] | undefined {
  const nested = NESTED_LISTS.map(([outer, name]) => {
    const inside = record[outer]
    return isObject(inside) ? inside[name] : undefined
  })
  return [...LISTS.map((name) => record[name]), ...nested].find(Array.isArray)
}

/** A text with a brace first, as it may hold a record; then an object; then any other text, as kernel lines are. */
function innerOfMembers(record: Json): readonly Inner[] | undefined {
  const inners = MEMBERS.filter((name) => Object.hasOwn(record, name)).map((name) =>
    innerOfMember(record[name]),
  )
  const best =
    inners.find((inner) => inner.is === 'text' && inner.text.includes('{')) ??
    inners.find(
      ({ is, ...inner }) => is === 'value' && typeof (inner as { value: unknown }).value === 'object',
    ) ??
    inners.find((inner) => inner.is === 'text' && inner.text.trim() !== '')
  if (best === undefined) return undefined
  return [best.is === 'text' ? { ...best, time: timeOfWrapper(record) } : best]
}

/** That of journald, in microseconds (systemd.journal-fields), or of Docker's json-file driver. */
function timeOfWrapper({ __REALTIME_TIMESTAMP: micros, time }: Json): string | undefined {
  if (typeof micros === 'string' && /^\d{10,16}$/.test(micros))
    return new Date(Number(micros) / 1000).toISOString()
  return typeof time === 'string' ? time : undefined
}

function innerOfMember(value: unknown): Inner {
  if (typeof value === 'string') return { is: 'text', text: value }
  const bytes = bytesIn(value)
  return bytes === undefined ? { is: 'value', value } : { is: 'text', text: new TextDecoder().decode(bytes) }
}

function isByte(item: unknown): boolean {
  return Number.isInteger(item) && Number(item) >= 0 && Number(item) < 256
}

/** journalctl writes a message that is not plain UTF-8 text as a list of bytes (systemd.journal-fields, "JSON"). */
function bytesIn(value: unknown): Uint8Array | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  const items: readonly unknown[] = value
  return items.every(isByte) ? Uint8Array.from(items, Number) : undefined
}

/** The text of an answer (HAR 1.2, `content`); empty when it was not recorded or is of another kind. */
function textOfAnswer(content: unknown): string {
  if (!isObject(content)) return ''
  const { text, encoding, mimeType } = content
  if (typeof text !== 'string') return ''
  if (typeof mimeType === 'string' && MEDIA_TYPES_WITHOUT_FLOWS.test(mimeType)) return ''
  if (encoding !== 'base64') return text
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)))
  } catch {
    return ''
  }
}

/**
 * The JSON value of an AnyValue (opentelemetry-proto, common.proto, in its JSON mapping). The recursion ends because the JSON that it came from is nested at most 64 deep.
 */
function fromAnyValue(value: unknown): unknown {
  if (!isObject(value)) return value
  const { arrayValue, kvlistValue } = value
  if (isObject(arrayValue)) return Array.isArray(arrayValue.values) ? arrayValue.values.map(fromAnyValue) : []
  if (isObject(kvlistValue)) {
    const pairs: readonly unknown[] = Array.isArray(kvlistValue.values) ? kvlistValue.values : []
    // fromEntries defines members, so that a key `__proto__` is one like any other.
    return Object.fromEntries(
      pairs.filter(isObject).map(({ key, value: member }) => [String(key), fromAnyValue(member)]),
    )
  }
  const name = ANY_VALUES.find((known) => Object.hasOwn(value, known))
  if (name === undefined) return null
  return name === 'intValue' ? fromDigits(value[name]) : value[name]
}
