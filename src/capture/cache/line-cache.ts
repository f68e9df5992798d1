/**
 * A cache of parsed lines by their bytes. A capture repeats the records of a key, and only times and counters change. A
 * line is a cache hit when all its bytes but those of times and counters equal those of a line that was parsed before;
 * then only these numbers are read. Every line that is unusual in any way is left to the parser.
 */
import type { Flow } from '../../flows/flow.ts'
import { ByteCache } from '../../lib/byte-cache.ts'
import type { Kind } from '../format/classify.ts'
import type { Json } from '../format/json-fields.ts'
import { ABSENT, countIn, IS_COUNT, IS_NULL, IS_TEXT, LineMembers } from './line-members.ts'
import { FIELDS, TIME_COUNT } from './line-names.ts'
import { LineTemplates } from './line-templates.ts'
import { unixSecondsOf } from '../format/json-time.ts'

/** Upper bound of the lines cached. A real line takes about 1,000 bytes. */
export const MAX_CACHED_BYTES = 64 * 1024 * 1024
/** A longer line is not cached. UTF-16 units. */
const MAX_LINE_CHARACTERS = 256 * 1024
const MAX_UTF8_BYTES_PER_UNIT = 3

interface Entry<About> {
  readonly flow: Flow
  readonly about: About
  readonly kind: Kind
  /** What {@link LineMembers.copyFound} gave for the line. */
  readonly found: Uint8Array
}

/** A cache hit: the flow of the line that was looked up, and what {@link LineCache.add} stored with the parsed line. */
export interface CachedLine<About> {
  readonly flow: Flow
  readonly about: About
}

const encoder = new TextEncoder()

export class LineCache<About> {
  readonly #cache = new ByteCache<Entry<About>>()
  readonly #members = new LineMembers()
  readonly #templates = new LineTemplates<Entry<About>>(this.#members)
  #entries = 0
  #hits = 0
  #isOff = false
  readonly #maxBytes: number
  /** Scratch buffer for a line that comes as a text. */
  #encoded = new Uint8Array(4096)
  /** The last text of each of the two time fields, and its value in Unix seconds: neighbouring lines share them. */
  readonly #timeTexts = Array.from({ length: TIME_COUNT }, () => new Uint8Array(0))
  readonly #times = new Float64Array(TIME_COUNT)

  constructor(maxBytes = MAX_CACHED_BYTES) {
    this.#maxBytes = maxBytes
  }

  /**
   * The flow of the line from `begin` to `end`. Its key and labels are the objects of the cached flow. Undefined on a
   * cache miss: the line has to be parsed.
   */
  lookup(bytes: Uint8Array, begin: number, end: number): CachedLine<About> | undefined {
    if (this.#entries === 0) return undefined
    const known = this.#templates.find(bytes, begin, end) ?? this.#search(bytes, begin, end)
    const flow = known === undefined ? undefined : this.#flowOf(known, bytes)
    if (known === undefined || flow === undefined) return undefined
    this.#hits++
    return { flow, about: known.about }
  }

  #search(bytes: Uint8Array, begin: number, end: number): Entry<About> | undefined {
    return this.#members.cut(bytes, begin, end, this.#cache) ? this.#cache.find() : undefined
  }

  /** As `lookup`, for a line that was decoded to a text. */
  lookupText(line: string): CachedLine<About> | undefined {
    if (this.#entries === 0 || line.length > MAX_LINE_CHARACTERS) return undefined
    return this.lookup(this.#encoded, 0, this.#encodeLine(line))
  }

  /** Caches the flow of a line. `record` is the object in it that holds the flow's times and counters. */
  add(line: string, record: Json, flow: Flow, about: About, kind: Kind): void {
    const cache = this.#cache
    const members = this.#members
    if (this.#isOff || line.length > MAX_LINE_CHARACTERS || line.includes('\\')) return
    // A source port says that Felix did not aggregate: each connection has a line of its own, and few come again.
    if (kind === 'felix' && typeof record.source_port === 'number') return
    // Only lines whose times and counters are members of the record itself are cached: a nested object with the same
    // member names would otherwise be read in their place.
    const length = this.#encodeLine(line)
    if (!members.cut(this.#encoded, 0, length, cache)) return
    const { names } = members
    if (names.length === 0 || !names.every((name) => Object.hasOwn(record, name))) return
    const known = { flow, about, kind, found: members.copyFound() }
    const reread = this.#flowOf(known, this.#encoded)
    if (reread === undefined || FIELDS.some((field) => reread[field] !== flow[field])) return
    if (cache.find() !== undefined) return
    if (cache.bytesHeld + cache.size > this.#maxBytes) this.#clear()
    if (this.#isOff) return
    this.#templates.add(this.#encoded, 0, length, cache.put(known), known)
    this.#entries++
  }

  /**
   * Clears the cache, and turns it off for good when it had fewer hits than entries, as when every line has a key of
   * its own. The line in `#encoded` can still be added afterwards.
   */
  #clear(): void {
    this.#isOff = this.#hits < this.#entries
    this.#cache.clear()
    this.#templates.clear()
    this.#entries = 0
    this.#hits = 0
  }

  /** Encodes the line into `#encoded`, and returns its length in bytes. */
  #encodeLine(line: string): number {
    const maxBytes = line.length * MAX_UTF8_BYTES_PER_UNIT
    if (this.#encoded.length < maxBytes) this.#encoded = new Uint8Array(maxBytes)
    return encoder.encodeInto(line, this.#encoded).written
  }

  /**
   * A copy of the cached flow with the times and counters of the line that was cut last. Undefined when the parser might
   * read them in another way, or refuse them.
   */
  #flowOf({ flow, kind, found }: Entry<About>, bytes: Uint8Array): Flow | undefined {
    const members = this.#members
    if (kind === 'whisker' && !members.isWhiskers) return undefined
    // A record is one of Felix by the names of its members, and what is absent is not recorded instead of zero.
    if (kind === 'felix' ? !members.hasNames(found) : members.hasFelixNames) return undefined
    const startTime = this.#timeOf(0, bytes)
    const endTime = this.#timeOf(1, bytes)
    if (startTime === undefined || endTime === undefined) return undefined
    for (let field = TIME_COUNT; field < FIELDS.length; field++) {
      if (members.kinds[field] !== IS_TEXT) continue
      const count = countIn(bytes, members.begins[field]!, members.ends[field]!)
      if (count === null) return undefined
      members.counts[field] = count
    }
    return {
      key: flow.key,
      sourceLabels: flow.sourceLabels,
      destLabels: flow.destLabels,
      startTime,
      endTime,
      packetsIn: this.#countOf(2, kind),
      packetsOut: this.#countOf(3, kind),
      bytesIn: this.#countOf(4, kind),
      bytesOut: this.#countOf(5, kind),
      numConnectionsStarted: this.#countOf(6, kind),
      numConnectionsCompleted: this.#countOf(7, kind),
      numConnectionsLive: this.#countOf(8, kind),
    }
  }

  /** A counter; null where it was not recorded. Protojson and Go's JSON omit zeros, Whisker and Felix do not. */
  #countOf(field: number, kind: Kind): number | null {
    const { kinds } = this.#members
    if (kinds[field] === IS_NULL) return null
    if (kinds[field] === ABSENT) return kind === 'whisker' || kind === 'felix' ? null : 0
    return this.#members.counts[field]!
  }

  /** Unix seconds, 0 when absent. Undefined when the parser would refuse the time. */
  #timeOf(field: 0 | 1, bytes: Uint8Array): number | undefined {
    const { kinds, counts, begins, ends } = this.#members
    if (kinds[field] === IS_COUNT) return secondsOf(counts[field]!)
    if (kinds[field] !== IS_TEXT) return 0
    if (isTextAt(this.#timeTexts[field]!, bytes, begins[field]!, ends[field]!)) return this.#times[field]
    const text = bytes.subarray(begins[field], ends[field])
    const seconds = secondsOf(String.fromCharCode(...text))
    if (seconds === undefined) return undefined
    this.#timeTexts[field] = text.slice()
    this.#times[field] = seconds
    return seconds
  }
}

function isTextAt(text: Uint8Array, bytes: Uint8Array, begin: number, end: number): boolean {
  if (text.length !== end - begin) return false
  for (let i = 0; i < text.length; i++) if (text[i] !== bytes[begin + i]) return false
  return true
}

/** Undefined for a time in a finer unit, too: the parser's caller has to see it, to say so. */
function secondsOf(value: number | string): number | undefined {
  try {
    return unixSecondsOf(value, '')
  } catch {
    return undefined
  }
}
