/** The counters of a bucket, computed from a few means and varied by a seeded pseudo-random generator. */
import type { Counters } from '../flows/flow.ts'
import { unreachable } from '../lib/assert.ts'

/** Returns the next pseudo-random number in [0, 1). */
export type RandomNumbers = () => number

/** Means per bucket of 15 s, except for `open`. Bytes are payload, without headers. */
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
      /** UDP: one packet in each direction, each exchange from another source port. */
      readonly kind: 'datagrams'
      readonly exchanges: number
      readonly sent: number
      readonly received: number
    }
  | {
      /** Never answered: `tries`, each of up to `packets` packets of `bytes` bytes, headers included. */
      readonly kind: 'attempts'
      readonly tries: number
      readonly packets: number
      readonly bytes: number
    }

/** A TCP header with timestamps, and an IPv4 header. */
const TCP_HEADER_BYTES = 52
const UDP_HEADER_BYTES = 28
/** The payload of a full TCP segment at an MTU of 1500. */
const SEGMENT_BYTES = 1448
/** A SYN with its options, as Calico 3.32 counted it in recorded denials (592 bytes in 8 packets). */
const SYN_BYTES = 74
/** An echo request of `ping`, with 56 bytes of payload. */
const ECHO_BYTES = 84
/** A client repeats its SYN after 1, 3 and 7 s, and the next time after the bucket of 15 s is over. */
const MAX_SYNS_PER_BUCKET = 4

export function requests(traffic: Omit<Extract<Traffic, { kind: 'requests' }>, 'kind'>): Traffic {
  return { kind: 'requests', ...traffic }
}

export function datagrams(exchanges: number, sent: number, received: number): Traffic {
  return { kind: 'datagrams', exchanges, sent, received }
}

/** TCP connections that are never established; each sends up to `syns` SYNs in a bucket. */
export function unanswered(tries: number, syns: number = MAX_SYNS_PER_BUCKET): Traffic {
  return { kind: 'attempts', tries, packets: syns, bytes: SYN_BYTES }
}

/** ICMP echo requests that are never answered, one a second. */
export function unansweredPings(): Traffic {
  return { kind: 'attempts', tries: 1, packets: 15, bytes: ECHO_BYTES }
}

/** UDP datagrams that are never answered. */
function unansweredDatagrams(tries: number, payload: number): Traffic {
  return { kind: 'attempts', tries, packets: 1, bytes: UDP_HEADER_BYTES + payload }
}

/** A client that waits for answers in vain has few tries under way at once. */
const MAX_TRIES = 6

/** Returns what is left of a conversation that an end denies: tries that are never answered. */
export function deniedTraffic(traffic: Traffic): Traffic {
  switch (traffic.kind) {
    case 'requests':
      return unanswered(Math.min(Math.max(traffic.started, 1), MAX_TRIES))
    case 'datagrams':
      return unansweredDatagrams(Math.min(traffic.exchanges, MAX_TRIES), traffic.sent)
    case 'attempts':
      return traffic
    default:
      return unreachable(traffic, 'kind of traffic')
  }
}

/** Returns the 32-bit FNV-1a hash of a text, as a seed. */
export function seedOf(text: string): number {
  let hash = 0x811c_9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193)
  return hash >>> 0
}

/** Returns the pseudo-random generator of one conversation in one bucket (mulberry32). */
export function seededRandom(seed: number, bucketStart: number): RandomNumbers {
  let state = (seed ^ Math.imul(bucketStart, 0x9e37_79b1)) >>> 0
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** Returns an integer of at least 1 that differs from the mean by up to a quarter. */
function varied(mean: number, random: RandomNumbers): number {
  return Math.max(1, Math.round(mean * (0.75 + random() * 0.5)))
}

function segments(payload: number): number {
  return Math.ceil(payload / SEGMENT_BYTES)
}

/** Returns the counters of a bucket as the source reports them. */
export function countersOf(traffic: Traffic, random: RandomNumbers): Counters {
  if (traffic.kind === 'attempts') {
    const tries = varied(traffic.tries, random)
    const packetsOut = Math.max(tries, Math.round(tries * traffic.packets * (0.6 + random() * 0.4)))
    return counters(packetsOut, packetsOut * traffic.bytes, 0, 0, tries, tries, tries)
  }
  const exchanges = varied(traffic.exchanges, random)
  const sent = varied(traffic.sent, random)
  const received = varied(traffic.received, random)
  if (traffic.kind === 'datagrams') {
    return counters(
      exchanges,
      exchanges * (UDP_HEADER_BYTES + sent),
      exchanges,
      exchanges * (UDP_HEADER_BYTES + received),
      exchanges,
      exchanges,
      exchanges,
    )
  }
  // Opening and closing a connection takes four packets out and three in; every second segment is acknowledged.
  const started = traffic.started === 0 ? 0 : varied(traffic.started, random)
  const packetsOut = started * 4 + exchanges * (segments(sent) + Math.ceil(segments(received) / 2))
  const packetsIn = started * 3 + exchanges * (segments(received) + Math.ceil(segments(sent) / 2))
  return counters(
    packetsOut,
    packetsOut * TCP_HEADER_BYTES + exchanges * sent,
    packetsIn,
    packetsIn * TCP_HEADER_BYTES + exchanges * received,
    started,
    started,
    started + traffic.open,
  )
}

/** `live` counts every connection that was open at some time in the bucket. */
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

/** Returns the counters of the same traffic as the other end reports them. */
export function mirrored(seen: Counters): Counters {
  return {
    ...seen,
    packetsIn: seen.packetsOut,
    packetsOut: seen.packetsIn,
    bytesIn: seen.bytesOut,
    bytesOut: seen.bytesIn,
  }
}
