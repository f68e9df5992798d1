/**
 * Length-delimited protobuf: a sequence of varint length and message, each a goldmane.Flow or goldmane.FlowResult.
 * The format has no marks to start again at after a damage. So where lengths no longer make sense, reading resumes
 * at the next offset where there is a message that could be nothing else.
 */
import { formatCount, formatPlural } from '../../lib/format.ts'
import type { Flow, PolicyHit } from '../../flows/flow.ts'
import { ByteWindow } from './byte-window.ts'
import { countOf, FieldError, NO_ENDS, portOf, positionOf } from '../format/json-fields.ts'
import { decodeFlow, isWellFormedFlow } from '../../wire/decode.ts'
import { MessageMemory } from '../cache/message-cache.ts'
import { placelessRefusal, type Refusal } from '../format/refusal.ts'
import { timeOf } from '../format/json-time.ts'
import { unknownIn } from '../format/unknown-values.ts'

export type DelimitedPiece =
  /** With the number of its values outside the enums that we know. */
  | { readonly is: 'flow'; readonly flow: Flow; readonly unknown: number }
  | { readonly is: 'refused'; readonly refusal: Refusal }

/** A real message takes about 500 bytes; a longer one than this is a damaged length. */
const MESSAGE_LIMIT = 1024 * 1024
/** A FlowKey with two names, a reporter and an action does not fit into less. */
const MESSAGE_LEAST = 8
/** Length prefixes up to the limit take at most 3 bytes. */
const PREFIX_LIMIT = 3

interface Prefix {
  readonly length: number
  /** Of the prefix itself. */
  readonly size: number
}

/** The length prefix at `at`; undefined when it makes no sense, `short` when the bytes end first. */
function prefixAt(bytes: Uint8Array, at: number): Prefix | 'short' | undefined {
  let length = 0
  for (let size = 1; size <= PREFIX_LIMIT; size++) {
    const byte = bytes[at + size - 1]
    if (byte === undefined) return 'short'
    length |= (byte & 0x7f) << (7 * (size - 1))
    if (byte < 0x80) return length >= MESSAGE_LEAST && length <= MESSAGE_LIMIT ? { length, size } : undefined
  }
  return undefined
}

/** Field 1 of a Flow is its Key, length-delimited; a FlowResult begins with its id, a varint, or with its flow. */
const FLOW_TAG = 0x0a
const RESULT_TAGS: ReadonlySet<number | undefined> = new Set([0x08, 0x12])

function beginsMessage(tag: number | undefined): boolean {
  return tag === FLOW_TAG || RESULT_TAGS.has(tag)
}

/** What JSON records are checked for; protobuf can hold negative and enormous numbers too. */
function check(flow: Flow): void {
  portOf(flow.key.destPort, 'dest_port')
  portOf(flow.key.destServicePort, 'dest_service_port')
  timeOf(flow.startTime, 'start_time')
  timeOf(flow.endTime, 'end_time')
  countOf(flow.packetsIn, 'packets_in')
  countOf(flow.packetsOut, 'packets_out')
  countOf(flow.bytesIn, 'bytes_in')
  countOf(flow.bytesOut, 'bytes_out')
  countOf(flow.numConnectionsStarted, 'num_connections_started')
  countOf(flow.numConnectionsCompleted, 'num_connections_completed')
  countOf(flow.numConnectionsLive, 'num_connections_live')
  for (const hit of [...flow.key.policies.enforced, ...flow.key.policies.pending]) checkHit(hit)
}

function checkHit(hit: PolicyHit): void {
  positionOf(hit.policyIndex, 'policy_index', 0)
  positionOf(hit.ruleIndex, 'rule_index', -2)
  if (hit.trigger !== null) checkHit(hit.trigger)
}

type Decoded =
  | Extract<DelimitedPiece, { is: 'flow' }>
  /** A message, with something in it that makes no sense. */
  | { readonly is: 'unsound'; readonly reason: string }
  /** Other bytes: the length in front of them was none. */
  | { readonly is: 'noise' }

function decode(bytes: Uint8Array): Decoded {
  try {
    const message = RESULT_TAGS.has(bytes[0]) ? 'FlowResult' : 'Flow'
    if (!isWellFormedFlow(bytes, message)) return { is: 'noise' }
    const flow = decodeFlow(bytes, message)
    if (flow === undefined) return { is: 'unsound', reason: 'it has no Key' }
    if (flow.key.sourceName === '' && flow.key.destName === '') return { is: 'unsound', reason: NO_ENDS }
    check(flow)
    return { is: 'flow', flow, unknown: unknownIn(flow) }
  } catch (error) {
    // Anything else is how protobuf-es says that a text is not UTF-8.
    return error instanceof FieldError ? { is: 'unsound', reason: error.message } : { is: 'noise' }
  }
}

/** Whether the flow is one that Goldmane could have sent, rather than other bytes that happen to decode. */
function isPlausible(decoded: Decoded): boolean {
  if (decoded.is !== 'flow') return false
  const { reporter, action, proto } = decoded.flow.key
  return (
    (reporter === 'Src' || reporter === 'Dst') && (action === 'Allow' || action === 'Deny') && proto !== ''
  )
}

/**
 * The first offset from `from` on at which there surely is a message. When there is none, how far the bytes were
 * searched: what follows needs more of them.
 */
function findMessage(bytes: Uint8Array, from: number, last: boolean): { found: boolean; at: number } {
  for (let at = from; at < bytes.length; at++) {
    const prefix = prefixAt(bytes, at)
    if (prefix === undefined) continue
    if (prefix === 'short' || at + prefix.size >= bytes.length)
      return { found: false, at: last ? bytes.length : at }
    const begin = at + prefix.size
    if (!beginsMessage(bytes[begin])) continue
    if (begin + prefix.length > bytes.length) {
      if (last) continue
      return { found: false, at }
    }
    if (isPlausible(decode(bytes.subarray(begin, begin + prefix.length)))) return { found: true, at }
  }
  return { found: false, at: bytes.length }
}

/** Whether a file that begins with these bytes is length-delimited protobuf. Text never holds such a message. */
export function isDelimited(bytes: Uint8Array): boolean {
  return findMessage(bytes, 0, true).found
}

/** Bytes of an excerpt. */
const EXCERPT_BYTES = 24

function hex(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, EXCERPT_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

/** A stretch in which lengths make no sense. */
interface Loss {
  /** Offset in the file. */
  readonly from: number
  readonly excerpt: string
  /** It begins like a message that is longer than the rest of the file. */
  readonly cut: boolean
}

export class DelimitedSplitter {
  readonly #memory = new MessageMemory()
  readonly #window = new ByteWindow()
  /** Of the window, counted from the beginning of the file. */
  #offset = 0
  #loss: Loss | undefined = undefined;

  /** The pieces that `chunk` completes. `last` says that nothing follows. */
  *feed(chunk: Uint8Array, last: boolean): Generator<DelimitedPiece> {
    const bytes = this.#window.append(chunk)
    let at = 0
    while (at < bytes.length) {
      if (this.#loss !== undefined) {
        const search = findMessage(bytes, at, last)
        at = search.at
        if (!search.found) break
        yield this.#endLoss(this.#loss, at, true)
      }
      const prefix = prefixAt(bytes, at)
      const begin = at + (typeof prefix === 'object' ? prefix.size : 0)
      const end = begin + (typeof prefix === 'object' ? prefix.length : 0)
      const isWhole = typeof prefix === 'object' && end <= bytes.length
      // A message, and the excerpt of what is none, are only looked at when they are there as a whole.
      if (!last && (prefix === 'short' || end > bytes.length || at + EXCERPT_BYTES > bytes.length)) break
      const decoded: Decoded =
        isWhole && beginsMessage(bytes[begin]) ? this.#decode(bytes, begin, end) : { is: 'noise' }
      if (decoded.is === 'noise') {
        const cut = typeof prefix === 'object' && !isWhole && beginsMessage(bytes[begin])
        this.#loss = { from: this.#offset + at, excerpt: hex(bytes.subarray(at)), cut }
        at++
      } else {
        yield decoded.is === 'flow'
          ? decoded
          : unsound(decoded.reason, bytes.subarray(begin, end), this.#offset + at)
        at = end
      }
    }
    this.#window.keepFrom(at)
    this.#offset += at
    if (last && this.#loss !== undefined) yield this.#endLoss(this.#loss, 0, false)
  }

  #decode(bytes: Uint8Array, begin: number, end: number): Decoded {
    const known = this.#memory.recall(bytes, begin, end)
    if (known !== undefined) return { is: 'flow', flow: known, unknown: this.#memory.unknown }
    const message = bytes.subarray(begin, end)
    const decoded = decode(message)
    if (decoded.is === 'flow') this.#memory.learn(message, decoded.flow, decoded.unknown)
    return decoded
  }

  #endLoss(loss: Loss, at: number, goesOn: boolean): DelimitedPiece {
    this.#loss = undefined
    const length = formatPlural(this.#offset + at - loss.from, 'byte')
    const reason =
      loss.cut && !goesOn
        ? `The file was cut off in the middle of a record, ${length}`
        : `${length} from byte ${formatCount(loss.from)} on are not a message`
    return { is: 'refused', refusal: placelessRefusal(reason, loss.excerpt) }
  }
}

function unsound(reason: string, message: Uint8Array, offset: number): DelimitedPiece {
  const sentence = `The message at byte ${formatCount(offset)} cannot be read: ${reason}`
  return { is: 'refused', refusal: placelessRefusal(sentence, hex(message)) }
}
