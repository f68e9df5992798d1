/** Collects what a capture's pieces come to, for one batch after another. */
import type { Flow } from '../flows/flow.ts'
import { unreachable } from '../lib/assert.ts'
import { formatCount } from '../lib/format.ts'
import { formatOf, type Kind } from './format/classify.ts'
import type { DelimitedPiece } from './scan/delimited.ts'
import type { FieldError } from './format/json-fields.ts'
import { FOREIGN, type Foreign } from './format/foreign.ts'
import { recordOutcome } from './format/record.ts'
import { LineMemory, type RecalledLine } from './cache/line-cache.ts'
import { type Place, placelessRefusal, type Refusal, refusalAt } from './format/refusal.ts'
import type { Piece } from './scan/split.ts'
import { unknownIn } from './format/unknown-values.ts'

/** What was read since the batch before. */
export interface Batch {
  readonly flows: readonly Flow[]
  /** Of records of another program only the first of each kind, and at the end their number. */
  readonly refusals: readonly Refusal[]
  /** Records, lines and messages that could not be read: the refusals, and those that repeat one. */
  readonly refused: number
  /** Values outside the enums that we know, kept as `Unknown(…)`. */
  readonly unknown: number
  /** Of the file as it lies on disk, from its beginning. */
  readonly bytesRead: number
  /** In words what the capture was taken for so far; null as long as nothing of ours was found. */
  readonly format: string | null
}

/** What is the same in all records of a key, besides the key. */
interface About {
  readonly kind: Kind
  /** See {@link Batch.unknown}. */
  readonly unknown: number
}

/** A flow whose line was not parsed. */
export type Recalled = RecalledLine<About>

export class Collector {
  /** Of the lines that were added. */
  readonly memory = new LineMemory<About>()
  #flows: Flow[] = []
  #refusals: Refusal[] = []
  #refused = 0
  #unknown = 0
  readonly #kinds = new Set<Kind>()
  readonly #foreign = new Map<Foreign, number>()

  #wanted: number

  /** `wanted`: how many flows and refused records make it full. */
  constructor(wanted: number) {
    this.#wanted = wanted
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

  addPiece(piece: Piece<Recalled>): void {
    if (piece.is === 'recalled') {
      const { flow, about } = piece.recalled
      this.#addFlow(flow, about.kind, about.unknown)
    } else if (piece.is === 'refused') this.refuse(piece.refusal)
    else if (piece.is === 'foreign') this.#addForeign(piece.foreign, piece.text, piece.place)
    else this.#addValue(piece.value, piece.is === 'beside', piece.text, piece.place)
  }

  addMessage(piece: DelimitedPiece): void {
    if (piece.is === 'flow') this.#addFlow(piece.flow, 'protobuf', piece.unknown)
    else this.refuse(piece.refusal)
  }

  refuse(refusal: Refusal): void {
    this.#refused++
    this.#refusals.push(refusal)
  }

  /** At the end of the file: how many records of other programs there were, where one was shown for many. */
  addTotals(): void {
    for (const [foreign, count] of this.#foreign) {
      if (count === 1) continue
      this.#refusals.push(placelessRefusal(`${FOREIGN[foreign]}. In all ${formatCount(count)} were left out`))
    }
  }

  /** The batch; the next one is full with `wanted`. */
  take(bytesRead: number, wanted = this.#wanted): Batch {
    this.#wanted = wanted
    const flows = this.#flows
    const refusals = this.#refusals
    const refused = this.#refused
    const unknown = this.#unknown
    this.#flows = []
    this.#refusals = []
    this.#refused = 0
    this.#unknown = 0
    return { flows, refusals, refused, unknown, bytesRead, format: formatOf(this.#kinds) }
  }

  #addValue(value: unknown, isBeside: boolean, text: string, place: Place): void {
    const outcome = recordOutcome(value)
    switch (outcome.is) {
      case 'flow': {
        const { flow, kind, record } = outcome
        const about = { kind, unknown: unknownIn(flow) }
        if (record !== undefined) {
          this.memory.learn(text, record, flow, about, kind === 'whisker')
        }
        return this.#addFlow(flow, about.kind, about.unknown)
      }
      case 'foreign':
        return this.#addForeign(outcome.foreign, text, place)
      case 'error':
        return this.refuse(refusalAt(text, place, 0, `The server answered with an error: ${outcome.message}`))
      case 'refused':
        // Beside a list stand page counts and the like, which are no records and need not be.
        if (isBeside) return
        return this.refuse(refusalAt(text, place, offsetOf(outcome.fault, text), outcome.reason))
      case 'nothing':
        return
      default:
        return unreachable(outcome, 'outcome')
    }
  }

  #addFlow(flow: Flow, kind: Kind, unknown: number): void {
    this.#flows.push(flow)
    this.#kinds.add(kind)
    this.#unknown += unknown
  }

  #addForeign(foreign: Foreign, text: string, place: Place): void {
    const count = this.#foreign.get(foreign) ?? 0
    this.#foreign.set(foreign, count + 1)
    this.#refused++
    if (count === 0) this.#refusals.push(refusalAt(text, place, 0, FOREIGN[foreign]))
  }
}

/**
 * Where in its record the field to blame stands: the first of its name that has the value to blame, or else the first
 * of its name. Neither proves it to be the one, which does not matter for a place to look at.
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
  return first ?? 0
}
