/**
 * A capture says the same of one key again and again; only times and counters change. A line that is a known one but
 * for those is not parsed again: its bytes without them are compared, all of them, with those of the one that was
 * parsed, and they are read from where they stood. Whatever is unusual is left to the parser.
 */
import type { Flow } from '../../flows/flow.ts'
import { ByteMemory } from '../../lib/byte-cache.ts'
import type { Json } from '../format/json-fields.ts'
import { ABSENT, countIn, FIELDS, IS_COUNT, IS_NULL, IS_TEXT, LineMembers, TIMES } from './line-members.ts'
import { timeOf } from '../format/json-time.ts'

/** Bytes of the lines that are remembered, at most. A real line takes about a thousand. */
const MEMORY_BYTES = 64 * 1024 * 1024
/** No line of ours is longer, in UTF-16 units. */
const TEXT_LIMIT = 256 * 1024
/** A UTF-16 unit takes at most so many bytes in UTF-8. */
const UTF8_BYTES = 3

interface Known<About> {
  readonly flow: Flow
  readonly about: About
  readonly isWhisker: boolean
}

/** A flow whose line was not parsed, and what was noted about the one that was. */
export interface RecalledLine<About> {
  readonly flow: Flow
  readonly about: About
}

const encoder = new TextEncoder()

export class LineMemory<About> {
  readonly #memory = new ByteMemory<Known<About>>()
  readonly #members = new LineMembers()
  #keys = 0
  #hits = 0
  #isOff = false
  readonly #limit: number
  /** Room for a line that comes as a text. */
  #encoded = new Uint8Array(4096)
  /** The texts of times met last, by field, and what they are. */
  readonly #timeTexts = Array.from({ length: TIMES }, () => new Uint8Array(0))
  readonly #times = new Float64Array(TIMES)

  constructor(limit = MEMORY_BYTES) {
    this.#limit = limit
  }

  /**
   * The flow of the line from `begin` to `end`, which differs from a known one in times and counters alone. Its key and
   * labels are the known one's objects. Undefined when the line has to be parsed.
   */
  recall(bytes: Uint8Array, begin: number, end: number): RecalledLine<About> | undefined {
    if (this.#keys === 0 || !this.#members.cut(bytes, begin, end, this.#memory)) return undefined
    const known = this.#memory.find()
    const flow = known === undefined ? undefined : this.#rebuilt(known, bytes)
    if (known === undefined || flow === undefined) return undefined
    this.#hits++
    return { flow, about: known.about }
  }

  /** The same for a line that was decoded. */
  recallText(line: string): RecalledLine<About> | undefined {
    if (this.#keys === 0 || line.length > TEXT_LIMIT) return undefined
    return this.recall(this.#encoded, 0, this.#encode(line))
  }

  /** Remembers the flow of a line. `record` is the object in it that holds the flow's times and counters. */
  learn(line: string, record: Json, flow: Flow, about: About, isWhisker: boolean): void {
    const memory = this.#memory
    const members = this.#members
    if (this.#isOff || line.length > TEXT_LIMIT || line.includes('\\')) return
    // Each member has to be the record's own: then what stands in the place of those of another line is so too.
    if (!members.cut(this.#encoded, 0, this.#encode(line), memory)) return
    if (members.names.length === 0 || !members.names.every((name) => Object.hasOwn(record, name))) return
    const known = { flow, about, isWhisker }
    const again = this.#rebuilt(known, this.#encoded)
    if (again === undefined || FIELDS.some((field) => again[field] !== flow[field])) return
    if (memory.find() !== undefined) return
    if (memory.bytesHeld + memory.size > this.#limit) this.#startOver()
    if (this.#isOff) return
    memory.learn(known)
    this.#keys++
  }

  /** Forgets all; for good when it was of little use, as when every line has another key. */
  #startOver(): void {
    this.#isOff = this.#hits < this.#keys
    this.#memory.clear()
    this.#keys = 0
    this.#hits = 0
    // What was put together is still to be learned.
  }

  /** The length of the line in `encoded`. */
  #encode(line: string): number {
    const most = line.length * UTF8_BYTES
    if (this.#encoded.length < most) this.#encoded = new Uint8Array(most)
    return encoder.encodeInto(line, this.#encoded).written
  }

  /** The flow with the times and counters of the line that was cut; undefined when its reader might not take them so. */
  #rebuilt({ flow, isWhisker }: Known<About>, bytes: Uint8Array): Flow | undefined {
    const members = this.#members
    if (isWhisker && !members.isWhiskers) return undefined
    const startTime = this.#time(0, bytes)
    const endTime = this.#time(1, bytes)
    if (startTime === undefined || endTime === undefined) return undefined
    for (let field = TIMES; field < FIELDS.length; field++) {
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
      packetsIn: this.#count(2),
      packetsOut: this.#count(3),
      bytesIn: this.#count(4),
      bytesOut: this.#count(5),
      numConnectionsStarted: this.#connections(6, isWhisker),
      numConnectionsCompleted: this.#connections(7, isWhisker),
      numConnectionsLive: this.#connections(8, isWhisker),
    }
  }

  /** Both JSON forms omit zeros. */
  #count(field: number): number {
    const kind = this.#members.kinds[field]
    return kind === ABSENT || kind === IS_NULL ? 0 : this.#members.counts[field]!
  }

  #connections(field: number, isWhisker: boolean): number | null {
    return isWhisker || this.#members.kinds[field] === IS_NULL ? null : this.#count(field)
  }

  /** Undefined when the reader would refuse it: the parser will say what is wrong with it. */
  #time(field: 0 | 1, bytes: Uint8Array): number | undefined {
    const { kinds, counts, begins, ends } = this.#members
    if (kinds[field] === IS_COUNT) return secondsOf(counts[field]!)
    if (kinds[field] !== IS_TEXT) return 0
    const text = bytes.subarray(begins[field], ends[field])
    if (isSame(text, this.#timeTexts[field]!)) return this.#times[field]
    const seconds = secondsOf(String.fromCharCode(...text))
    if (seconds === undefined) return undefined
    this.#timeTexts[field] = text.slice()
    this.#times[field] = seconds
    return seconds
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function secondsOf(value: number | string): number | undefined {
  try {
    return timeOf(value, '')
  } catch {
    return undefined
  }
}
