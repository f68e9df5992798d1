/**
 * A capture says the same of one key again and again; only times and counters change. A line that is a known one but
 * for those is not parsed again: its text without them is compared, as a whole, with the one that was parsed, and they
 * are read from where they stood. Whatever is unusual is left to the parser.
 */
import type { Flow } from '../flows/flow.ts'
import type { Json } from './fields.ts'
import { timeOf } from './time.ts'

/** The fields that change from record to record of a key: two times, four counters, three that Whisker does not have. */
const FIELDS = [
  'startTime',
  'endTime',
  'packetsIn',
  'packetsOut',
  'bytesIn',
  'bytesOut',
  'numConnectionsStarted',
  'numConnectionsCompleted',
  'numConnectionsLive',
] as const satisfies readonly (keyof Flow)[]
const TIMES = 2
const WHISKER_FIELDS = 6

const SNAKE = FIELDS.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
const FIELD_OF: ReadonlyMap<string, number> = new Map(
  [FIELDS, SNAKE].flatMap((names) => names.map((name, field): [string, number] => [name, field])),
)
const WHISKER_NAMES: ReadonlySet<string> = new Set(SNAKE.slice(0, WHISKER_FIELDS))

const NAME =
  '"((?:start|end)(?:T|_t)ime|(?:packets|bytes)(?:I|_i)n|(?:packets|bytes)(?:O|_o)ut|num(?:C|_c)onnections(?:[SCL]|_[scl])(?:tarted|ompleted|ive))"'
/** A member with a value that could be a time or a count, and the comma behind it. */
const MEMBER = new RegExp(
  `${NAME}\\s*:\\s*(?:"([0-9][0-9T:.Z+-]{0,39})"|([0-9]+|null))\\s*(?:(,)\\s*|(?=\\}))`,
  'g',
)
const ANY_NAME = new RegExp(NAME)
/** Surely below 2^53, and JSON has no leading zeros. */
const COUNT = /^(?:0|[1-9]\d{0,14})$/
/** What stands for a run of members, by whether a comma ends it. No text of a record holds these. */
const CUT = '\u0000'
const CUT_COMMA = '\u0001'

/** UTF-16 units of the texts that are remembered, at most. A real line takes about a thousand. */
const MEMORY_UNITS = 32 * 1024 * 1024

interface Known<About> {
  readonly flow: Flow
  readonly about: About
  readonly isWhisker: boolean
}

export class LineMemory<About> {
  private readonly known = new Map<string, Known<About>>()
  private units = 0
  private hits = 0
  private isOff = false
  private readonly limit: number
  /** The line that was looked at last, and its text without the members; empty when that cannot be told for sure. */
  private line = ''
  private rest = ''
  private readonly names: string[] = []
  /** Whisker's reader takes counters as numbers only. */
  private hasQuotedCount = false
  /** By field: its text, `null` included; undefined when the line does not have it. */
  private readonly values: (string | undefined)[] = FIELDS.map(() => undefined)

  constructor(limit = MEMORY_UNITS) {
    this.limit = limit
  }

  /**
   * The flow of a line that differs from a known one in times and counters alone, and what was noted about that one.
   * Its key and labels are the known one's objects. Undefined when the line has to be parsed.
   */
  recall(line: string): { readonly flow: Flow; readonly about: About } | undefined {
    if (this.isOff) return undefined
    this.cut(line)
    const known = this.known.get(this.rest)
    if (known === undefined) return undefined
    const flow = this.rebuilt(known)
    if (flow === undefined) return undefined
    this.hits++
    return { flow, about: known.about }
  }

  /** Remembers the flow of a line. `record` is the object in it that holds the flow's times and counters. */
  learn(line: string, record: Json, flow: Flow, about: About, isWhisker: boolean): void {
    if (this.isOff || line.includes('\\')) return
    if (this.line !== line) this.cut(line)
    const { rest } = this
    // Each run of members has to be the record's own: then what stands in the run of another line is so too.
    if (rest === '' || !this.names.every((name) => Object.hasOwn(record, name)) || ANY_NAME.test(rest)) return
    const known = { flow, about, isWhisker }
    const again = this.rebuilt(known)
    if (again === undefined || FIELDS.some((field) => again[field] !== flow[field])) return
    if (this.units + rest.length > this.limit) this.startOver()
    this.units += rest.length
    this.known.set(rest, known)
  }

  /** Forgets all; for good when it was of little use, as when every line has another key. */
  private startOver(): void {
    this.isOff = this.hits < this.known.size
    this.known.clear()
    this.units = 0
    this.hits = 0
  }

  private cut(line: string): void {
    const { names, values } = this
    const parts: string[] = []
    let from = 0
    let mark = ''
    names.length = 0
    this.hasQuotedCount = false
    values.fill(undefined)
    this.line = line
    this.rest = ''
    MEMBER.lastIndex = 0
    for (let match = MEMBER.exec(line); match !== null; match = MEMBER.exec(line)) {
      const [all, name = '', quoted, bare, comma] = match
      const field = FIELD_OF.get(name)
      const isSound = bare === undefined || bare === 'null' || COUNT.test(bare)
      if (field === undefined || values[field] !== undefined || !isSound) return
      names.push(name)
      if (quoted !== undefined && field >= TIMES) this.hasQuotedCount = true
      values[field] = quoted ?? bare
      if (match.index > from || mark === '') parts.push(mark, line.slice(from, match.index))
      mark = comma === undefined ? CUT : CUT_COMMA
      from = match.index + all.length
    }
    parts.push(mark, line.slice(from))
    // Joined, it is a text of its own: a slice would keep all that was read with it in memory.
    this.rest = parts.join('')
  }

  /** The flow with the times and counters that were cut out; undefined when its reader might not take them so. */
  private rebuilt({ flow, isWhisker }: Known<About>): Flow | undefined {
    const { names, values } = this
    if (isWhisker && (this.hasQuotedCount || !names.every((name) => WHISKER_NAMES.has(name)))) {
      return undefined
    }
    for (let field = TIMES; field < values.length; field++) {
      const value = values[field]
      if (value !== undefined && value !== 'null' && !COUNT.test(value)) return undefined
    }
    const startTime = secondsOf(values[0])
    const endTime = secondsOf(values[1])
    if (startTime === undefined || endTime === undefined) return undefined
    const connections = (field: number): number | null =>
      isWhisker || values[field] === 'null' ? null : countOf(values[field])
    return {
      key: flow.key,
      sourceLabels: flow.sourceLabels,
      destLabels: flow.destLabels,
      startTime,
      endTime,
      packetsIn: countOf(values[2]),
      packetsOut: countOf(values[3]),
      bytesIn: countOf(values[4]),
      bytesOut: countOf(values[5]),
      numConnectionsStarted: connections(6),
      numConnectionsCompleted: connections(7),
      numConnectionsLive: connections(8),
    }
  }
}

/** Both JSON forms omit zeros. */
function countOf(text: string | undefined): number {
  return text === undefined || text === 'null' ? 0 : Number(text)
}

/** Undefined when the reader would refuse it. */
function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined || text === 'null') return 0
  try {
    return timeOf(text, '')
  } catch {
    return undefined // the parser will say what is wrong with it
  }
}
