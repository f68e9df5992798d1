/**
 * Length-delimited protobuf: a sequence of varint length and message, each a goldmane.Flow or goldmane.FlowResult.
 * The format has no marker to resynchronise at. So where the lengths stop making sense, reading resumes at the next
 * offset with a message that can be nothing else.
 */
import { formatCount, formatPlural } from '../../lib/format.ts'
import type { Flow, PolicyHit } from '../../flows/flow.ts'
import { ByteBuffer } from './byte-buffer.ts'
import type { CaptureHeader } from '../format/capture-header.ts'
import { extensionOf, withUnrecorded } from '../format/message-extension.ts'
import {
  countOf,
  countOrNullOf,
  FieldError,
  NAMES_NO_ENDS,
  portOf,
  positionOf,
} from '../format/json-fields.ts'
import { decodeFlow, isWellFormedFlow } from '../../wire/decode-message.ts'
import { MessageCache } from '../cache/message-cache.ts'
import { EXCERPT_BYTES, hexExcerpt, placelessRefusal, type Refusal } from '../format/refusal.ts'
import { unixSecondsOf } from '../format/json-time.ts'
import { unknownIn } from '../format/unknown-values.ts'

export type DelimitedPiece =
  /**
   * `unknown`: how many of the flow's enum values are outside the enums that we know. `headers`: those of a capture of
   * ours that stand beside the flow.
   */
  | {
      readonly is: 'flow'
      readonly flow: Flow
      readonly unknown: number
      readonly headers: readonly CaptureHeader[]
      /** Why one of them cannot be read; null when all can. */
      readonly headerFault: string | null
    }
  | { readonly is: 'refused'; readonly refusal: Refusal }

/** A real message takes about 500 bytes; a longer one than this is a damaged length. */
export const MAX_MESSAGE_BYTES = 1024 * 1024
/** A FlowKey with two names, a reporter and an action does not fit into less. */
const MIN_MESSAGE_BYTES = 8
/** The length prefix of MAX_MESSAGE_BYTES, as a varint. */
const MAX_PREFIX_BYTES = 3

interface Prefix {
  readonly length: number
  /** Bytes of the prefix itself. */
  readonly size: number
}

/** The length prefix at `at`. Undefined when no message has such a length, `short` when the bytes end first. */
function prefixAt(bytes: Uint8Array, at: number): Prefix | 'short' | undefined {
  let length = 0
  for (let size = 1; size <= MAX_PREFIX_BYTES; size++) {
    const byte = bytes[at + size - 1]
    if (byte === undefined) return 'short'
    length |= (byte & 0x7f) << (7 * (size - 1))
    if (byte < 0x80)
      return length >= MIN_MESSAGE_BYTES && length <= MAX_MESSAGE_BYTES ? { length, size } : undefined
  }
  return undefined
}

/** Field 1 of a Flow is its Key, length-delimited; a FlowResult begins with its id, a varint, or with its flow. */
const FLOW_TAG = 0x0a
const RESULT_TAGS: ReadonlySet<number | undefined> = new Set([0x08, 0x12])

function beginsMessage(tag: number | undefined): boolean {
  return tag === FLOW_TAG || RESULT_TAGS.has(tag)
}

/**
 * Checks the numbers as those of JSON records are checked, because protobuf can hold negative and huge ones too. Throws
 * a FieldError.
 */
function checkNumbers(flow: Flow): void {
  portOf(flow.key.destPort, 'dest_port')
  portOf(flow.key.destServicePort, 'dest_service_port')
  unixSecondsOf(flow.startTime, 'start_time')
  unixSecondsOf(flow.endTime, 'end_time')
  countOf(flow.packetsIn, 'packets_in')
  countOf(flow.packetsOut, 'packets_out')
  countOf(flow.bytesIn, 'bytes_in')
  countOf(flow.bytesOut, 'bytes_out')
  countOrNullOf(flow.numConnectionsStarted, 'num_connections_started')
  countOrNullOf(flow.numConnectionsCompleted, 'num_connections_completed')
  countOrNullOf(flow.numConnectionsLive, 'num_connections_live')
  for (const hit of [...flow.key.policies.enforced, ...flow.key.policies.pending]) checkHit(hit)
}

function checkHit(hit: PolicyHit): void {
  positionOf(hit.policyIndex, 'policy_index', 0)
  positionOf(hit.ruleIndex, 'rule_index', -2)
  if (hit.trigger !== null) checkHit(hit.trigger)
}

const NO_BYTES = new Uint8Array(0)
const NO_EXTENSION = { headers: [], headerFault: null } as const

type Decoded =
  | Extract<DelimitedPiece, { is: 'flow' }>
  /** A message with a value that its field cannot have. */
  | { readonly is: 'unsound'; readonly reason: string }
  /** Not a message: the bytes before it were not a length. */
  | { readonly is: 'noise' }

function decode(bytes: Uint8Array): Decoded {
  try {
    const message = RESULT_TAGS.has(bytes[0]) ? 'FlowResult' : 'Flow'
    if (!isWellFormedFlow(bytes, message)) return { is: 'noise' }
    const decoded = decodeFlow(bytes, message)
    if (decoded === undefined) return { is: 'unsound', reason: 'it has no Key' }
    const { headers, fault, unrecorded } = extensionOf(message === 'FlowResult' ? bytes : NO_BYTES)
    const flow = withUnrecorded(decoded, unrecorded)
    if (flow.key.sourceName === '' && flow.key.destName === '')
      return { is: 'unsound', reason: NAMES_NO_ENDS }
    checkNumbers(flow)
    return { is: 'flow', flow, unknown: unknownIn(flow), headers, headerFault: fault }
  } catch (error) {
    // protobuf-es throws another error when a text is not UTF-8.
    return error instanceof FieldError ? { is: 'unsound', reason: error.message } : { is: 'noise' }
  }
}

/** Whether the flow is one that Goldmane sends or a capture of ours begins with, not bytes that happen to decode. */
function isPlausible(decoded: Decoded): boolean {
  if (decoded.is !== 'flow') return false
  if (decoded.headers.length > 0) return true
  const { reporter, action, proto } = decoded.flow.key
  return (
    (reporter === 'Src' || reporter === 'Dst') && (action === 'Allow' || action === 'Deny') && proto !== ''
  )
}

/**
 * The first offset from `from` on at which there surely is a message. When none is found, `at` is how far the bytes were
 * searched: the search continues there when more bytes have come.
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

/** A stretch of bytes that is no message. */
interface Damage {
  /** The offset of its first byte in the file. */
  readonly from: number
  readonly excerpt: string
  /** Whether it begins like a message that is longer than the rest of the file. */
  readonly isCutOff: boolean
}

export class DelimitedSplitter {
  readonly #cache = new MessageCache()
  readonly #buffer = new ByteBuffer()
  /** The offset of the buffer's first byte in the file. */
  #offset = 0
  /** Set while the bytes before the position are no message, and the search for the next one goes on. */
  #damage: Damage | undefined = undefined;

  /** Gives the pieces that `chunk` completes. `last`: no bytes follow. */
  *feed(chunk: Uint8Array, last: boolean): Generator<DelimitedPiece> {
    const bytes = this.#buffer.append(chunk)
    let at = 0
    while (at < bytes.length) {
      if (this.#damage !== undefined) {
        const search = findMessage(bytes, at, last)
        at = search.at
        if (!search.found) break
        yield this.#refusedDamage(this.#damage, at, true)
      }
      const prefix = prefixAt(bytes, at)
      const begin = at + (typeof prefix === 'object' ? prefix.size : 0)
      const end = begin + (typeof prefix === 'object' ? prefix.length : 0)
      const isWhole = typeof prefix === 'object' && end <= bytes.length
      // A message is decoded, and an excerpt taken, only when all its bytes are there: chunks must not change the result.
      if (!last && (prefix === 'short' || end > bytes.length || at + EXCERPT_BYTES > bytes.length)) break
      const decoded: Decoded =
        isWhole && beginsMessage(bytes[begin]) ? this.#decode(bytes, begin, end) : { is: 'noise' }
      if (decoded.is === 'noise') {
        const isCutOff = typeof prefix === 'object' && !isWhole && beginsMessage(bytes[begin])
        this.#damage = { from: this.#offset + at, excerpt: hexExcerpt(bytes.subarray(at)), isCutOff }
        at++
      } else {
        yield decoded.is === 'flow'
          ? decoded
          : unsound(decoded.reason, bytes.subarray(begin, end), this.#offset + at)
        at = end
      }
    }
    this.#buffer.keepFrom(at)
    this.#offset += at
    if (last && this.#damage !== undefined) yield this.#refusedDamage(this.#damage, 0, false)
  }

  #decode(bytes: Uint8Array, begin: number, end: number): Decoded {
    const known = this.#cache.lookup(bytes, begin, end)
    if (known !== undefined) return { is: 'flow', flow: known, unknown: this.#cache.unknown, ...NO_EXTENSION }
    const message = bytes.subarray(begin, end)
    const decoded = decode(message)
    // The cache takes no message with anything behind its flow, as the fields of our own are.
    if (decoded.is === 'flow') this.#cache.add(message, decoded.flow, decoded.unknown)
    return decoded
  }

  #refusedDamage(damage: Damage, at: number, isFollowed: boolean): DelimitedPiece {
    this.#damage = undefined
    const length = formatPlural(this.#offset + at - damage.from, 'byte')
    const reason =
      damage.isCutOff && !isFollowed
        ? `The file was cut off in the middle of a record, ${length}`
        : `${length} from byte ${formatCount(damage.from)} on are not a message`
    return { is: 'refused', refusal: placelessRefusal(reason, damage.excerpt) }
  }
}

function unsound(reason: string, message: Uint8Array, offset: number): DelimitedPiece {
  const sentence = `The message at byte ${formatCount(offset)} cannot be read: ${reason}`
  return { is: 'refused', refusal: placelessRefusal(sentence, hexExcerpt(message)) }
}
