/**
 * Decompresses zstd frame by frame. The frames are walked here, because every block says its length: so a damaged block
 * costs the rest of its frame and no other one, and no window is allocated unseen. fzstd decodes the blocks.
 */
import { Decompress } from 'fzstd'
import { formatBytes, formatCount, formatPlural } from '../../lib/format.ts'
import { yieldToEventLoop } from '../../lib/yield-to-event-loop.ts'
import { ByteInput } from './byte-input.ts'
import { Xxh64 } from './xxh64.ts'
import {
  BLOCK_HEADER_BYTES,
  blockHeaderOf,
  CHECKSUM_BYTES,
  frameHeaderOf,
  frameIn,
  MAX_FRAME_HEADER_BYTES,
  PARTIAL_MAGIC_BYTES,
} from './zstd-frame.ts'

/** How far a file may expand, as for gzip. */
interface ZstdLimits {
  readonly ratioAppliesFrom: number
  readonly ratio: number
  readonly plainBytes: number
}

const GIBIBYTE = 1024 ** 3
/** A capture of equal records has a ratio of some hundreds; a run of one byte has 32,000. */
const LIMITS: ZstdLimits = { ratioAppliesFrom: GIBIBYTE, ratio: 1000, plainBytes: 256 * GIBIBYTE }

/** What was decoded before and after a damage are two lines. */
const LINE_FEED = Uint8Array.of(0x0a)
/** Each loss is a refusal on the screen, and made-up frames are cheap. */
const MAX_LOSSES = 100
const YIELD_BYTES = 1024 * 1024
const SEARCH_BYTES = 64 * 1024

/** Is told, in a sentence, what is wrong with the compressed data, when all readable bytes before it were given. */
type OnLoss = (sentence: string) => void

/** The plain bytes of zstd data of one or more frames. Throws only what the chunks throw. */
export async function* unzstd(
  chunks: AsyncIterable<Uint8Array>,
  onLoss: OnLoss,
  limits: ZstdLimits = LIMITS,
): AsyncGenerator<Uint8Array> {
  const input = new ByteInput(chunks)
  let plainBytes = 0
  for await (const plain of frames(input, onLoss)) {
    yield plain
    const before = plainBytes
    plainBytes += plain.length
    if (Math.floor(plainBytes / YIELD_BYTES) > Math.floor(before / YIELD_BYTES)) await yieldToEventLoop()
    const isTooDense = plainBytes > limits.ratioAppliesFrom && plainBytes > input.offset * limits.ratio
    if (!isTooDense && plainBytes <= limits.plainBytes) continue
    const size = `${formatBytes(input.offset)} of it expanded to ${formatBytes(plainBytes)}`
    onLoss(`The compressed data is too dense or too long for a capture: ${size}. The rest was not read`)
    return
  }
}

async function* frames(input: ByteInput, onLoss: OnLoss): AsyncGenerator<Uint8Array> {
  let losses = 0
  for (;;) {
    const fault = yield* readFrame(input)
    if (fault === null) {
      if ((await input.peek(1)).length === 0) return
      continue
    }
    const at = input.offset
    if (fault.isReadWhole) {
      onLoss(`The compressed data ${fault.reason}. All of it was read, and a value in it may be wrong`)
    } else {
      const skipped = await skipToFrame(input)
      const isAtEnd = (await input.peek(1)).length === 0
      const place = `${fault.reason}, at byte ${formatCount(fault.at)} of the file`
      const rest = isAtEnd
        ? 'The rest cannot be read'
        : `${formatPlural(at - fault.at + skipped, 'byte')} were skipped`
      onLoss(`The compressed data is damaged or cut off (${place}). ${rest}`)
      if (isAtEnd) return
      yield LINE_FEED
    }
    if (++losses === MAX_LOSSES) {
      onLoss(`The compressed data is damaged at ${MAX_LOSSES} places. The rest was not read`)
      return
    }
    if ((await input.peek(1)).length === 0) return
  }
}

interface Fault {
  readonly reason: string
  /** The offset in the file of what cannot be read. */
  readonly at: number
  /** Whether everything was decoded, and is not what was compressed. */
  readonly isReadWhole: boolean
}

/** Gives the plain bytes of a frame. Returns what is wrong with it; null for a sound one. */
async function* readFrame(input: ByteInput): AsyncGenerator<Uint8Array, Fault | null> {
  const at = input.offset
  const header = frameHeaderOf(await input.peek(MAX_FRAME_HEADER_BYTES))
  if (header.is === 'fault') {
    // The search for another frame must not find this one again.
    input.skip(1)
    return { reason: header.reason, at, isReadWhole: false }
  }
  if (header.is === 'skippable') {
    return (await input.discard(header.length)) ? null : { reason: 'unexpected end', at, isReadWhole: false }
  }
  const decoder = new FrameDecoder(input.take(header.length))
  let fault: Fault | null = null
  for (;;) {
    const blockAt = input.offset
    const block = blockHeaderOf(await input.peek(BLOCK_HEADER_BYTES))
    // Behind a damaged block the others are skipped, as long as they make sense.
    if (block === undefined) return fault ?? { reason: 'not a block', at: blockAt, isReadWhole: false }
    const bytes = BLOCK_HEADER_BYTES + block.length
    const available = await input.peek(bytes)
    if (available.length < bytes) {
      input.skip(available.length)
      return fault ?? { reason: 'unexpected end', at: blockAt, isReadWhole: false }
    }
    const decoded: readonly Uint8Array[] | string = fault === null ? decoder.decode(available) : []
    input.skip(bytes)
    if (typeof decoded === 'string') fault = { reason: decoded, at: blockAt, isReadWhole: false }
    else yield* decoded
    if (block.isLast) break
  }
  if (!header.hasChecksum) return fault
  const checksum = await input.peek(CHECKSUM_BYTES)
  const isRight = decoder.hasChecksum(checksum)
  input.skip(checksum.length)
  if (fault !== null) return fault
  if (checksum.length < CHECKSUM_BYTES)
    return { reason: 'is cut off: its checksum is missing', at, isReadWhole: true }
  return isRight ? null : { reason: 'is not what was written: its checksum is wrong', at, isReadWhole: true }
}

/** Decodes the blocks of one frame. */
class FrameDecoder {
  readonly #decoded: Uint8Array[] = []
  readonly #decoder = new Decompress((plain) => {
    if (plain.length > 0) this.#decoded.push(plain)
  })
  readonly #checksum = new Xxh64()
  /** fzstd waits for 18 bytes, so the header goes with the first block, and a short one is followed by empty blocks. */
  #header: Uint8Array | null

  constructor(header: Uint8Array) {
    this.#header = header.slice()
  }

  /** The plain bytes of a block with its header, or what is wrong with it. */
  decode(block: Uint8Array): readonly Uint8Array[] | string {
    this.#decoded.length = 0
    try {
      this.#decoder.push(this.#header === null ? block.slice() : withHeader(this.#header, block))
    } catch (error) {
      // It throws its own errors and, for some damage, those of reading and writing beyond an array.
      return error instanceof Error ? error.message : String(error)
    }
    this.#header = null
    for (const plain of this.#decoded) this.#checksum.update(plain)
    return [...this.#decoded]
  }

  hasChecksum(bytes: Uint8Array): boolean {
    if (bytes.length < CHECKSUM_BYTES) return false
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return view.getUint32(0, true) === this.#checksum.lowHalf()
  }
}

const MIN_FIRST_PUSH_BYTES = 18

function withHeader(header: Uint8Array, block: Uint8Array): Uint8Array {
  const length = header.length + block.length
  const emptyBlocks = Math.max(0, Math.ceil((MIN_FIRST_PUSH_BYTES - length) / BLOCK_HEADER_BYTES))
  const joined = new Uint8Array(length + emptyBlocks * BLOCK_HEADER_BYTES)
  joined.set(header)
  joined.set(block, header.length)
  return joined
}

/** Skips to the next frame, or the end. Returns how many bytes that were. */
async function skipToFrame(input: ByteInput): Promise<number> {
  const from = input.offset
  for (;;) {
    const bytes = await input.peek(SEARCH_BYTES)
    const at = frameIn(bytes)
    const isAtEnd = bytes.length < SEARCH_BYTES
    input.skip(at >= 0 ? at : isAtEnd ? bytes.length : bytes.length - PARTIAL_MAGIC_BYTES)
    if (at >= 0 || isAtEnd) return input.offset - from
  }
}
