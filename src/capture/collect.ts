/** Collects the flows and refusals of a capture's pieces into batches. */
import type { Flow } from '../flows/flow.ts'
import { unreachable } from '../lib/assert.ts'
import { formatCount } from '../lib/format.ts'
import { formatOf, type Kind } from './format/classify.ts'
import type { DelimitedPiece } from './scan/delimited-splitter.ts'
import type { FieldError, Json } from './format/json-fields.ts'
import { finerUnitOf, type FinerUnit } from './format/json-time.ts'
import { FOREIGN, type Foreign } from './format/foreign.ts'
import { type Outcome, recordOutcome, textOutcome } from './format/record.ts'
import { LineCache, type CachedLine } from './cache/line-cache.ts'
import { RecentIds } from './cache/recent-ids.ts'
import type { CaptureHeader } from './format/capture-header.ts'
import { type Place, placelessRefusal, type Refusal, refusalAt } from './format/refusal.ts'
import type { ParquetPiece } from './parquet/read-parquet.ts'
import type { Piece } from './scan/piece.ts'
import { unknownMembersOf } from './format/unknown-members.ts'
import { unknownIn } from './format/unknown-values.ts'
import { refusalIn, unwrap, type Wrapper, type Wrapping } from './unwrap.ts'

/** What was read since the batch before. */
export interface Batch {
  readonly flows: readonly Flow[]
  /**
   * For each of the flows the members of its record that we do not know (see unknown-members.ts), or null. Empty unless
   * the reader was told to keep them.
   */
  readonly unknownMembers: readonly (Json | null)[]
  /** The headers of captures of ours; usually one, in the first batch. They are no records, and are not refused. */
  readonly headers: readonly CaptureHeader[]
  /** For records of another program only the first of each kind, and in the last batch their number. */
  readonly refusals: readonly Refusal[]
  /** How many records, lines and messages could not be read: each refusal, and the repetitions left out above. */
  readonly refused: number
  /** How many enum values are outside the enums that we know, and kept as `Unknown(…)`. */
  readonly unknown: number
  /** Bytes of the file on disk, compressed or not, from its beginning. */
  readonly bytesRead: number
  /**
   * The format in words, as far as it is known, with the units of times that are not seconds; null as long as no record
   * of ours was found.
   */
  readonly format: string | null
}

/** What a cached line stores besides its flow: the same for all records of a key. */
interface About {
  readonly kind: Kind
  /** See {@link Batch.unknown}. */
  readonly unknown: number
  /** See {@link Batch.unknownMembers}. */
  readonly unknownMembers: Json | null
}

export type CachedFlow = CachedLine<About>

/** The members with the times of a record, in the formats whose times are numbers. */
const TIME_NAMES = ['startTime', 'start_time', 'endTime', 'end_time'] as const

/** How a collector works where it does not work as usual. */
export interface CollectOptions {
  /** Whether batches have {@link Batch.unknownMembers}, for a caller that writes the records again. */
  readonly keepUnknownMembers?: boolean
  /** Upper bound of the bytes of lines that are cached, for captures that are read beside others. */
  readonly cacheBytes?: number
}

/** The piece that an outcome is of. */
interface Origin {
  readonly text: string
  readonly place: Place
  /** The JSON value that the piece is; undefined for a record that is text. */
  readonly value: unknown
  /** Whether it is a member beside a list of records. */
  readonly isBeside: boolean
  /** The wrapper that it was found in; undefined for what stands in the file itself. */
  readonly wrapping: Wrapping | undefined
}

export class Collector {
  /** Parsed lines are added to it, and the splitter looks lines up in it. */
  readonly lineCache: LineCache<About>
  #flows: Flow[] = []
  #unknownMembers: (Json | null)[] = []
  #headers: CaptureHeader[] = []
  #refusals: Refusal[] = []
  #refused = 0
  #unknown = 0
  readonly #kinds = new Set<Kind>()
  readonly #finerUnits = new Set<FinerUnit>()
  readonly #foreign = new Map<Foreign, number>()
  /** The ids of events, of which an export may hold some twice. */
  readonly #uuids = new RecentIds()

  #wanted: number
  readonly #keepsUnknownMembers: boolean

  /** `wanted`: how many flows and refused records make it full. */
  constructor(wanted: number, { keepUnknownMembers = false, cacheBytes }: CollectOptions = {}) {
    this.#wanted = wanted
    this.#keepsUnknownMembers = keepUnknownMembers
    this.lineCache = new LineCache(cacheBytes)
  }

  get isFull(): boolean {
    return this.#size >= this.#wanted
  }

  get isEmpty(): boolean {
    return this.#size === 0
  }

  get #size(): number {
    return this.#flows.length + this.#refused
  }

  /** `wrapping`: where the piece was found, if it stands inside a wrapper. */
  addPiece(piece: Piece<CachedFlow>, wrapping?: Wrapping): void {
    if (piece.is === 'cached') {
      this.#addFlow(piece.cached.flow, piece.cached.about)
      return
    }
    if (piece.is === 'refused') return this.refuse(refusalIn(wrapping, piece.refusal))
    const { text, place } = piece
    const value = piece.is === 'text' ? undefined : piece.value
    const outcome = piece.is === 'text' ? textOutcome(piece.format, text) : recordOutcome(value)
    this.#addOutcome(outcome, { text, place, value, isBeside: piece.is === 'beside', wrapping })
  }

  addMessage(piece: DelimitedPiece): void {
    if (piece.is === 'refused') return this.refuse(piece.refusal)
    this.#headers.push(...piece.headers)
    if (piece.headerFault !== null)
      this.refuse(placelessRefusal(`The header in a message cannot be read: ${piece.headerFault}`))
    this.#addFlow(piece.flow, { kind: 'protobuf', unknown: piece.unknown, unknownMembers: null })
  }

  addParquet(piece: Exclude<ParquetPiece, { is: 'lines' }>): void {
    switch (piece.is) {
      case 'headers':
        this.#headers.push(...piece.headers)
        return
      case 'refused':
        return this.refuse(piece.refusal)
      case 'flows':
        this.#flows.push(...piece.flows)
        if (this.#keepsUnknownMembers)
          for (const i of piece.flows.keys()) this.#unknownMembers.push(piece.unknownMembers[i] ?? null)
        this.#kinds.add('parquet')
        this.#unknown += piece.unknown
        return
      default:
        return unreachable(piece, 'piece')
    }
  }

  refuse(refusal: Refusal): void {
    this.#refused++
    this.#refusals.push(refusal)
  }

  /** Must be called at the end of the file: adds a refusal with the number of records for each program that had several. */
  addTotals(): void {
    for (const [foreign, count] of this.#foreign) {
      if (count === 1) continue
      this.#refusals.push(placelessRefusal(`${FOREIGN[foreign]}. In all ${formatCount(count)} were left out`))
    }
  }

  /** Returns the batch, and begins another, which is full with `wanted` flows and refused records. */
  take(bytesRead: number, wanted = this.#wanted): Batch {
    this.#wanted = wanted
    const flows = this.#flows
    const unknownMembers = this.#unknownMembers
    const headers = this.#headers
    const refusals = this.#refusals
    const refused = this.#refused
    const unknown = this.#unknown
    this.#flows = []
    this.#unknownMembers = []
    this.#headers = []
    this.#refusals = []
    this.#refused = 0
    this.#unknown = 0
    const format = formatOf(this.#kinds, this.#finerUnits)
    return { flows, unknownMembers, headers, refusals, refused, unknown, bytesRead, format }
  }

  #addOutcome(outcome: Outcome, origin: Origin): void {
    const { text, place, value, isBeside, wrapping } = origin
    switch (outcome.is) {
      case 'flow': {
        const { flow, kind, record, uuid = '' } = outcome
        if (uuid !== '' && !this.#uuids.add(uuid)) return this.#addForeign('hubble-repeat', origin)
        const about = {
          kind,
          unknown: unknownIn(flow),
          unknownMembers: this.#unknownMembersOf(kind, value, record),
        }
        if (record !== undefined) {
          this.#noteUnits(record)
          this.lineCache.add(text, record, flow, about, kind)
        }
        return this.#addFlow(flow, about)
      }
      case 'header':
        this.#headers.push(outcome.header)
        return
      case 'foreign':
        return this.#addForeign(outcome.foreign, origin)
      case 'error': {
        const reason = `The server answered with an error: ${outcome.message}`
        return this.refuse(refusalIn(wrapping, refusalAt(text, place, 0, reason)))
      }
      case 'refused':
        // Members beside a list, such as page counts, need not be records.
        if (isBeside) return
        return this.refuse(
          refusalIn(wrapping, refusalAt(text, place, offsetOf(outcome.fault, text), outcome.reason)),
        )
      case 'nothing':
        return
      case 'wrapper':
        if (isBeside) return
        return this.#unwrap({ inner: outcome.inner, text, place, wrapping }, origin)
      default:
        return unreachable(outcome, 'outcome')
    }
  }

  #unknownMembersOf(kind: Kind, value: unknown, record: Json | undefined): Json | null {
    const isGoldmanes = kind === 'protojson' || kind === 'go-json'
    return this.#keepsUnknownMembers && isGoldmanes && record !== undefined
      ? unknownMembersOf(value, record)
      : null
  }

  /** Notes in which units the times of a record are. The line cache has no records with times in finer ones. */
  #noteUnits(record: Json): void {
    for (const name of TIME_NAMES) {
      const unit = finerUnitOf(record[name])
      if (unit !== undefined) this.#finerUnits.add(unit)
    }
  }

  #unwrap(wrapper: Wrapper, origin: Origin): void {
    for (const found of unwrap(wrapper, (line) => this.lineCache.lookupText(line))) {
      if (found.is === 'piece') this.addPiece(found.piece, found.wrapping)
      else this.#addForeign(found.foreign, origin)
    }
  }

  #addFlow(flow: Flow, { kind, unknown, unknownMembers }: About): void {
    this.#flows.push(flow)
    if (this.#keepsUnknownMembers) this.#unknownMembers.push(unknownMembers)
    this.#kinds.add(kind)
    this.#unknown += unknown
  }

  #addForeign(foreign: Foreign, { text, place, wrapping }: Origin): void {
    const count = this.#foreign.get(foreign) ?? 0
    this.#foreign.set(foreign, count + 1)
    this.#refused++
    if (count > 0) return
    this.#refusals.push(refusalIn(wrapping, refusalAt(text, place, 0, FOREIGN[foreign])))
  }
}

/**
 * The offset of the faulty field in its record: the first member of that name with the faulty value, or else the first
 * of that name. It is a guess, good enough for a place to look at.
 */
function offsetOf(fault: FieldError | undefined, text: string): number {
  if (fault === undefined) return 0
  const name = fault.field.replace(/^.*\./, '').replace(/\[\d+\]$/, '')
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const value = JSON.stringify(fault.value)
  let first: number | undefined
  for (const match of text.matchAll(/"(\w+)"\s*:\s*/g)) {
    if (match[1] !== name && match[1] !== snake) continue
    const at = match.index + match[0].length
    if (text.startsWith(value, at) || text.startsWith(`"${value}"`, at)) return match.index
    first ??= match.index
  }
  if (first !== undefined) return first
  // Text formats have no quotes around their names.
  return Math.max(0, text.search(new RegExp(String.raw`\b${name}[=:]`)))
}
