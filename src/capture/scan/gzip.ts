/**
 * Decompresses gzip so that no readable byte is lost. The platform's DecompressionStream is fast, but drops the output
 * that it has ready when it meets an error, and refuses or ignores what follows a member. So the compressed bytes of a
 * member are held, and when something is wrong with it, our own inflate decodes them again and continues where the
 * platform's output ended. ADR 0014 has why no library serves, and what this costs.
 */
import { formatBytes, formatCount, formatPlural } from '../../lib/format.ts'
import { yieldToEventLoop } from '../../lib/yield-to-event-loop.ts'
import { beginsHeader, isPlausibleHeader } from './gzip-header.ts'
import { GzipMember, type MemberEnd } from './gzip-member.ts'
import { PieceQueue } from './piece-queue.ts'
import { PlatformGunzip } from './platform-gunzip.ts'

/** How far a file may expand. */
export interface ExpansionLimits {
  /** Compressed bytes of a member that are held. Our own inflate runs through the ones before, which then are not needed. */
  readonly heldBytes: number
  /** From this many plain bytes on, {@link ratio} is applied. */
  readonly ratioAppliesFrom: number
  /** Plain bytes for each compressed byte. Deflate cannot exceed 1,032; a capture of equal records has about 100. */
  readonly ratio: number
  readonly plainBytes: number
}

const GIBIBYTE = 1024 ** 3
const LIMITS: ExpansionLimits = {
  // A million and a half records.
  heldBytes: 96 * 1024 * 1024,
  ratioAppliesFrom: GIBIBYTE,
  ratio: 400,
  plainBytes: 256 * GIBIBYTE,
}

/** Upper bound of the bytes that are read a second time, because another member may begin in them. */
const MAX_REREAD_BYTES = 64 * 1024 * 1024

const NO_BYTES = new Uint8Array(0)
/** What was decoded before and after a damage are two lines: the record after it must not continue the one before. */
const LINE_FEED = Uint8Array.of(0x0a)

/** Plain bytes after which our own inflate lets the event loop run: it takes some milliseconds for them. */
const YIELD_BYTES = 1024 * 1024

/** How a member ended, and how many bytes of the file were read by then. */
type End =
  | { readonly is: 'whole' | 'cut' }
  | { readonly is: 'changed'; readonly agrees: boolean }
  | { readonly is: 'broken'; readonly reason: string; readonly at: number }

interface Skipped {
  readonly bytes: number
  readonly areZeros: boolean
  /** Whether no header follows. */
  readonly isAtEnd: boolean
}

/** Is told, in a sentence, what is wrong with the compressed data, when all readable bytes before it were given. */
type OnLoss = (sentence: string) => void

/**
 * The plain bytes of gzip data of one or more members. A damage ends its member; reading resumes at the next one. Throws
 * only what the chunks throw.
 */
export async function* gunzip(
  chunks: AsyncIterable<Uint8Array>,
  onLoss: OnLoss,
  limits: ExpansionLimits = LIMITS,
): AsyncGenerator<Uint8Array> {
  const input = new PieceQueue(chunks)
  let plainBytes = 0
  const reader = new MemberReader(input, onLoss, limits.heldBytes)
  for await (const decoded of reader.read()) {
    const plain = reader.withoutRepeated(decoded)
    if (plain.length > 0) yield plain
    plainBytes += plain.length
    const isTooDense = plainBytes > limits.ratioAppliesFrom && plainBytes > input.offset * limits.ratio
    if (!isTooDense && plainBytes <= limits.plainBytes) continue
    const size = `${formatBytes(input.offset)} of it expanded to ${formatBytes(plainBytes)}`
    onLoss(`The compressed data is too dense or too long for a capture: ${size}. The rest was not read`)
    return
  }
}

class MemberReader {
  readonly #input: PieceQueue
  readonly #onLoss: OnLoss
  readonly #heldBytes: number
  #rereadBytes = 0
  /** Plain bytes that the platform gave of members behind the one it was to read, as Node does: they are decoded again. */
  #repeatedBytes = 0

  constructor(input: PieceQueue, onLoss: OnLoss, heldBytes: number) {
    this.#input = input
    this.#onLoss = onLoss
    this.#heldBytes = heldBytes
  }

  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const end = yield* this.#readMember()
      const { offset } = this.#input
      const skipped = await this.#skipToHeader()
      this.#report(end, offset, skipped)
      if (skipped.isAtEnd) return
      if (end.is === 'broken' || (end.is === 'changed' && !end.agrees)) yield LINE_FEED
    }
  }

  /** What remains of decoded bytes without those that were given before. Must be called for all of them, in order. */
  withoutRepeated(decoded: Uint8Array): Uint8Array {
    const repeated = Math.min(this.#repeatedBytes, decoded.length)
    this.#repeatedBytes -= repeated
    return decoded.subarray(repeated)
  }

  #report(end: End, offset: number, skipped: Skipped): void {
    const lost = formatPlural(skipped.bytes, 'byte')
    if (end.is === 'cut')
      this.#onLoss('The compressed data is damaged or cut off: the file ends in the middle of it')
    else if (end.is === 'broken') {
      const place = `${end.reason}, at byte ${formatCount(end.at)} of the file`
      const rest = skipped.isAtEnd ? 'The rest cannot be read' : `${lost} were skipped`
      this.#onLoss(`The compressed data is damaged or cut off (${place}). ${rest}`)
      return
    } else if (end.is === 'changed') {
      const sentence = 'The compressed data is not what was written: its checksum or length is wrong'
      this.#onLoss(`${sentence}. All of it was read, and a value in it may be wrong`)
    }
    if (skipped.bytes === 0 || skipped.areZeros) return
    this.#onLoss(`${lost} from byte ${formatCount(offset)} of the file on are not compressed data`)
  }

  /** Skips to what surely is a header. One that stands where a member ended need not be as plausible. */
  async #skipToHeader(): Promise<Skipped> {
    const input = this.#input
    let bytes = 0
    let areZeros = true
    for (;;) {
      const piece = await input.next()
      if (piece === undefined) return { bytes, areZeros, isAtEnd: true }
      if (isPlausibleHeader(piece) || (bytes === 0 && beginsHeader(piece))) {
        input.putBack([piece])
        return { bytes, areZeros, isAtEnd: false }
      }
      bytes += piece.length
      areZeros &&= piece.every((byte) => byte === 0)
    }
  }

  async *#readMember(): AsyncGenerator<Uint8Array, End> {
    const input = this.#input
    const platform = new PlatformGunzip()
    /** Follows the platform through the bytes that are no longer held. */
    const exact = new GzipMember()
    const held: Uint8Array[] = []
    let heldBytes = 0
    let isFirst = true
    /** Node ignores without an error what follows a member and zeros, so there may be another member. */
    let hasInnerHeader = false
    try {
      for (;;) {
        const piece = await input.next()
        if (piece === undefined || (!isFirst && beginsHeader(piece) && platform.endsHere)) {
          if (piece !== undefined) input.putBack([piece])
          yield* platform.close()
          if (!platform.hasFailed && platform.endsHere && !hasInnerHeader) return { is: 'whole' }
          break
        }
        hasInnerHeader ||= !isFirst && isPlausibleHeader(piece)
        held.push(piece)
        heldBytes += piece.length
        yield* platform.decompress(piece)
        if (platform.hasFailed) break
        const oldest = heldBytes > this.#heldBytes ? held.shift() : undefined
        if (oldest !== undefined) {
          heldBytes -= oldest.length
          const end = yield* beyond(platform.given, exact, oldest)
          if (end !== undefined) return this.#ended(end, held, [], platform.given - exact.length)
          // The platform is late with its output, and we gave it.
          if (exact.length > platform.given) break
        }
        isFirst = false
      }
    } finally {
      platform.abort()
    }
    return yield* this.#readExactly(exact, held, platform.given)
  }

  /** Decodes the held pieces and the rest of the member. The first `given` plain bytes are not given again. */
  async *#readExactly(exact: GzipMember, held: Uint8Array[], given: number): AsyncGenerator<Uint8Array, End> {
    const input = this.#input
    /** The pieces from the first header on that stands in the member: a damage may have hidden that another begins. */
    const inner: Uint8Array[] = []
    for (;;) {
      const piece = held.shift() ?? (await input.next())
      if (piece === undefined) {
        if (inner.length === 0) return { is: 'cut' }
        return this.#ended({ is: 'broken', reason: 'unexpected end', rest: NO_BYTES }, held, inner, 0)
      }
      if (inner.length > 0 || (exact.hasBegun && isPlausibleHeader(piece))) inner.push(piece)
      const end = yield* beyond(given, exact, piece)
      if (end !== undefined) return this.#ended(end, held, inner, given - exact.length)
    }
  }

  /** Puts back what follows the member, and says how it ended. `repeated`: the plain bytes that were given of that. */
  #ended(end: MemberEnd, held: readonly Uint8Array[], inner: readonly Uint8Array[], repeated: number): End {
    const input = this.#input
    // Some may be left from the member before, when the platform gave less of the same bytes this time.
    this.#repeatedBytes += Math.max(0, repeated)
    input.putBack(held)
    const at = input.offset - end.rest.length
    const isSound = end.is === 'whole' || (end.is === 'changed' && end.agrees)
    const rereadBytes = isSound ? 0 : lengthOf(inner)
    const isReread = rereadBytes > 0 && this.#rereadBytes + rereadBytes <= MAX_REREAD_BYTES
    if (isReread) this.#rereadBytes += rereadBytes
    input.putBack(isReread ? inner : [end.rest])
    return end.is === 'broken' ? { is: 'broken', reason: end.reason, at } : end
  }
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((total, { length }) => total + length, 0)
}

/**
 * Decodes a piece, and gives the plain bytes of the member but the first `given`. Returns how the member ended, or
 * undefined.
 */
async function* beyond(
  given: number,
  member: GzipMember,
  piece: Uint8Array,
): AsyncGenerator<Uint8Array, MemberEnd | undefined> {
  const reading = member.read(piece)
  for (;;) {
    const { done, value } = reading.next()
    if (done === true) return value
    const repeated = given - (member.length - value.length)
    if (repeated < value.length) yield value.subarray(Math.max(0, repeated))
    if (Math.floor(member.length / YIELD_BYTES) > Math.floor((member.length - value.length) / YIELD_BYTES))
      await yieldToEventLoop()
  }
}
