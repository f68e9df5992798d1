/**
 * XXH64 with seed 0, the checksum of a zstd frame. In halves of 32 bits, of which each product needs four of 16: BigInt
 * takes twenty times as long.
 */

/** An unsigned number of 64 bits. */
class Word {
  high: number
  low: number

  constructor(high: number, low: number) {
    this.high = high
    this.low = low
  }

  set(high: number, low: number): void {
    this.high = high
    this.low = low
  }

  add(high: number, low: number): void {
    const sum = (this.low >>> 0) + (low >>> 0)
    this.high = (this.high + high + (sum > 0xffffffff ? 1 : 0)) | 0
    this.low = sum | 0
  }

  xor(high: number, low: number): void {
    this.high ^= high
    this.low ^= low
  }

  multiply(high: number, low: number): void {
    const a0 = this.low & 0xffff
    const a1 = this.low >>> 16
    const b0 = low & 0xffff
    const b1 = low >>> 16
    // The high half of the product of the two low halves, by parts none of which exceeds 32 bits.
    const middle = (Math.imul(a1, b0) >>> 0) + (Math.imul(a0, b0) >>> 16)
    const carried = (middle & 0xffff) + (Math.imul(a0, b1) >>> 0)
    // `middle` fits into 32 bits: 0xffff² + 0xffff < 2^32.
    const carry = Math.imul(a1, b1) + (middle >>> 16) + (carried >>> 16)
    this.high = (carry + Math.imul(this.high, low) + Math.imul(this.low, high)) | 0
    this.low = Math.imul(this.low, low)
  }

  rotateLeft(bits: number): void {
    const { high, low } = this
    if (bits < 32) {
      this.high = (high << bits) | (low >>> (32 - bits))
      this.low = (low << bits) | (high >>> (32 - bits))
    } else {
      this.high = (low << (bits - 32)) | (high >>> (64 - bits))
      this.low = (high << (bits - 32)) | (low >>> (64 - bits))
    }
  }

  /** The exclusive or with itself, shifted right. */
  xorShifted(bits: number): void {
    const { high, low } = this
    if (bits < 32) this.xor(high >>> bits, (low >>> bits) | (high << (32 - bits)))
    else this.xor(0, bits === 32 ? high : high >>> (bits - 32))
  }
}

/** The five primes as halves. */
const P1 = [0x9e3779b1 | 0, 0x85ebca87 | 0] as const
const P2 = [0xc2b2ae3d | 0, 0x27d4eb4f] as const
const P3 = [0x165667b1, 0x9e3779f9 | 0] as const
const P4 = [0x85ebca77 | 0, 0xc2b2ae63 | 0] as const
const P5 = [0x27d4eb2f, 0x165667c5] as const
/** Those of the rounds, as plain constants: reading them from a list takes a quarter of the time. */
const P1_HIGH = P1[0]
const P1_LOW = P1[1]
const P2_HIGH = P2[0]
const P2_LOW = P2[1]

const STRIPE_BYTES = 32

export class Xxh64 {
  /** P1 + P2, P2, 0 and −P1. */
  readonly #lanes = [
    new Word(0x60ea27ee, 0xadc0b5d6 | 0),
    new Word(P2_HIGH, P2_LOW),
    new Word(0, 0),
    new Word(0x61c8864e, 0x7a143579),
  ] as const
  readonly #held = new Uint8Array(STRIPE_BYTES)
  #heldBytes = 0
  #length = 0
  readonly #scratch = new Word(0, 0)

  update(bytes: Uint8Array): void {
    let at = 0
    this.#length += bytes.length
    if (this.#heldBytes > 0) {
      at = Math.min(STRIPE_BYTES - this.#heldBytes, bytes.length)
      this.#held.set(bytes.subarray(0, at), this.#heldBytes)
      this.#heldBytes += at
      if (this.#heldBytes < STRIPE_BYTES) return
      this.#addStripe(new DataView(this.#held.buffer), 0)
      this.#heldBytes = 0
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (; at + STRIPE_BYTES <= bytes.length; at += STRIPE_BYTES) this.#addStripe(view, at)
    this.#held.set(bytes.subarray(at))
    this.#heldBytes = bytes.length - at
  }

  /** The low 32 bits of the hash, as a frame has them. */
  lowHalf(): number {
    const hash = new Word(0, 0)
    if (this.#length < STRIPE_BYTES) hash.set(P5[0], P5[1])
    else this.#joinLanes(hash)
    hash.add(Math.floor(this.#length / 2 ** 32), (this.#length % 2 ** 32) | 0)
    this.#addRest(hash)
    hash.xorShifted(33)
    hash.multiply(...P2)
    hash.xorShifted(29)
    hash.multiply(...P3)
    hash.xorShifted(32)
    return hash.low >>> 0
  }

  #addStripe(view: DataView, at: number): void {
    const [a, b, c, d] = this.#lanes
    const scratch = this.#scratch
    addRound(a, view.getInt32(at + 4, true), view.getInt32(at, true), scratch)
    addRound(b, view.getInt32(at + 12, true), view.getInt32(at + 8, true), scratch)
    addRound(c, view.getInt32(at + 20, true), view.getInt32(at + 16, true), scratch)
    addRound(d, view.getInt32(at + 28, true), view.getInt32(at + 24, true), scratch)
  }

  #joinLanes(hash: Word): void {
    for (const [i, lane] of this.#lanes.entries()) {
      const rotated = new Word(lane.high, lane.low)
      rotated.rotateLeft([1, 7, 12, 18][i] ?? 0)
      hash.add(rotated.high, rotated.low)
    }
    for (const lane of this.#lanes) {
      const round = new Word(0, 0)
      addRound(round, lane.high, lane.low, this.#scratch)
      hash.xor(round.high, round.low)
      hash.multiply(...P1)
      hash.add(...P4)
    }
  }

  #addRest(hash: Word): void {
    const view = new DataView(this.#held.buffer)
    const part = new Word(0, 0)
    let at = 0
    for (; at + 8 <= this.#heldBytes; at += 8) {
      part.set(0, 0)
      addRound(part, view.getInt32(at + 4, true), view.getInt32(at, true), this.#scratch)
      hash.xor(part.high, part.low)
      hash.rotateLeft(27)
      hash.multiply(...P1)
      hash.add(...P4)
    }
    if (at + 4 <= this.#heldBytes) {
      part.set(0, view.getInt32(at, true))
      part.multiply(...P1)
      hash.xor(part.high, part.low)
      hash.rotateLeft(23)
      hash.multiply(...P2)
      hash.add(...P3)
      at += 4
    }
    for (; at < this.#heldBytes; at++) {
      part.set(0, view.getUint8(at))
      part.multiply(...P5)
      hash.xor(part.high, part.low)
      hash.rotateLeft(11)
      hash.multiply(...P1)
    }
  }
}

function addRound(lane: Word, high: number, low: number, scratch: Word): void {
  scratch.set(high, low)
  scratch.multiply(P2_HIGH, P2_LOW)
  lane.add(scratch.high, scratch.low)
  lane.rotateLeft(31)
  lane.multiply(P1_HIGH, P1_LOW)
}
