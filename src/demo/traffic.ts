/** How much is said: counters of a bucket from a few plain numbers, varied by a seeded dice. */
import type { Counters } from '../flows/flow.ts'

/** Yields numbers in [0, 1), the same ones for the same seed. */
export type Dice = () => number

/** Means per bucket of 15 s, except for `open`. Bytes are payload, headers come on top. */
export type Traffic =
  | {
      /** TCP: `exchanges` over `started` new connections and over `open` ones that outlive the bucket. */
      readonly kind: 'requests'
      readonly started: number
      readonly open: number
      readonly exchanges: number
      readonly sent: number
      readonly received: number
    }
  | {
      /** UDP: a packet there and a packet back, each from a port of its own. */
      readonly kind: 'datagrams'
      readonly exchanges: number
      readonly sent: number
      readonly received: number
    }
  | {
      /** Never answered: `tries`, each of up to `packets` with nothing but a header of `bytes`. */
      readonly kind: 'attempts'
      readonly tries: number
      readonly packets: number
      readonly bytes: number
    }

/** A TCP header with timestamps and an IPv4 header. */
const TCP_HEADERS = 52
const UDP_HEADERS = 28
/** Payload of a full TCP segment at an MTU of 1500. */
const SEGMENT = 1448
/** A SYN with its options, as Calico 3.32 counted it in recorded denials (592 bytes in 8 packets). */
const SYN = 74
/** An echo request of `ping`: 56 bytes of payload. */
const ECHO = 84
/** A client sends its SYN at 0, 1, 3 and 7 s before the bucket of 15 s is over. */
const SYNS = 4

export function requests(traffic: Omit<Extract<Traffic, { kind: 'requests' }>, 'kind'>): Traffic {
  return { kind: 'requests', ...traffic }
}

export function datagrams(exchanges: number, sent: number, received: number): Traffic {
  return { kind: 'datagrams', exchanges, sent, received }
}

/** Connections that are never set up; each sends up to `syns` SYNs in a bucket. */
export function unanswered(tries: number, syns: number = SYNS): Traffic {
  return { kind: 'attempts', tries, packets: syns, bytes: SYN }
}

/** Echo requests that are never answered, one a second. */
export function unansweredPings(): Traffic {
  return { kind: 'attempts', tries: 1, packets: 15, bytes: ECHO }
}

/** UDP that is never answered. */
export function unansweredDatagrams(tries: number, payload: number): Traffic {
  return { kind: 'attempts', tries, packets: 1, bytes: UDP_HEADERS + payload }
}

/** FNV-1a: 32 bits that differ for different texts. */
export function seedOf(text: string): number {
  let hash = 0x811c_9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193)
  return hash >>> 0
}

/** A dice for one conversation in one bucket (mulberry32). */
export function diceFor(seed: number, bucketStart: number): Dice {
  let state = (seed ^ Math.imul(bucketStart, 0x9e37_79b1)) >>> 0
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** Around the mean, by a quarter at most, at least 1. */
function about(mean: number, dice: Dice): number {
  return Math.max(1, Math.round(mean * (0.75 + dice() * 0.5)))
}

function segments(payload: number): number {
  return Math.ceil(payload / SEGMENT)
}

/** The counters of a bucket as the source sees them. */
export function countersOf(traffic: Traffic, dice: Dice): Counters {
  if (traffic.kind === 'attempts') {
    const tries = about(traffic.tries, dice)
    const packetsOut = Math.max(tries, Math.round(tries * traffic.packets * (0.6 + dice() * 0.4)))
    return counters(packetsOut, packetsOut * traffic.bytes, 0, 0, tries, tries, tries)
  }
  const exchanges = about(traffic.exchanges, dice)
  const sent = about(traffic.sent, dice)
  const received = about(traffic.received, dice)
  if (traffic.kind === 'datagrams') {
    return counters(
      exchanges,
      exchanges * (UDP_HEADERS + sent),
      exchanges,
      exchanges * (UDP_HEADERS + received),
      exchanges,
      exchanges,
      exchanges,
    )
  }
  // Setting up and closing takes four packets one way and three the other; every second segment is acknowledged.
  const started = traffic.started === 0 ? 0 : about(traffic.started, dice)
  const packetsOut = started * 4 + exchanges * (segments(sent) + Math.ceil(segments(received) / 2))
  const packetsIn = started * 3 + exchanges * (segments(received) + Math.ceil(segments(sent) / 2))
  return counters(
    packetsOut,
    packetsOut * TCP_HEADERS + exchanges * sent,
    packetsIn,
    packetsIn * TCP_HEADERS + exchanges * received,
    started,
    started,
    started + traffic.open,
  )
}

/** In the order of a record; "live" is every connection that the bucket saw. */
function counters(
  packetsOut: number,
  bytesOut: number,
  packetsIn: number,
  bytesIn: number,
  started: number,
  completed: number,
  live: number,
): Counters {
  return {
    packetsIn,
    packetsOut,
    bytesIn,
    bytesOut,
    numConnectionsStarted: started,
    numConnectionsCompleted: completed,
    numConnectionsLive: live,
  }
}

/** The same traffic as the other end sees it. */
export function mirrored(seen: Counters): Counters {
  return {
    ...seen,
    packetsIn: seen.packetsOut,
    packetsOut: seen.packetsIn,
    bytesIn: seen.bytesOut,
    bytesOut: seen.bytesIn,
  }
}
