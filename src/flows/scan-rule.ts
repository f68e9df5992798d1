/**
 * When many ports or destinations look like a scan. It is a guess from counts and times, and the screen says so with a
 * question mark.
 *
 * The rule: at least {@link MIN_SCANNED} ports of one pair, or destinations of one source and port, of which the last
 * records end within {@link SCAN_SECONDS} of each other. Steady ones do not count: those that were used for longer than
 * that, in more than one of {@link STEADY_BUCKETS} buckets on average. So a scan that comes again is one too, and the
 * ports that are in use beside it are not part of it.
 *
 * Of sums over minutes or hours nothing is said: what was tried within five minutes is not in them.
 */
import { BUCKET_SECONDS } from './bucket.ts'

/** At least so many ports, or destinations, make a scan. */
export const MIN_SCANNED = 10
/** The span within which all of them are tried. */
export const SCAN_SECONDS = 5 * 60
/** A target that has a record in every so many buckets, or more often, is steady. */
const STEADY_BUCKETS = 3

/** A port or a destination: how many records it has, the least start and the greatest end of them (Unix seconds). */
export interface Target {
  readonly records: number
  readonly firstSeen: number
  readonly lastSeen: number
}

/** The greatest set of targets whose last records end within one span: how many, and when the first and last of these end. */
export interface Burst {
  readonly count: number
  readonly earliestEnd: number
  readonly latestEnd: number
}

/** Whether a target is in use, rather than tried. `recordSeconds`: what each of its records is of. */
export function isSteady(
  { records, firstSeen, lastSeen }: Target,
  recordSeconds: number = BUCKET_SECONDS,
): boolean {
  const seconds = lastSeen - firstSeen
  return seconds > Math.max(SCAN_SECONDS, recordSeconds) && records * recordSeconds * STEADY_BUCKETS > seconds
}

/** Whether a target is one of a burst. */
export function isInBurst(target: Target, { earliestEnd, latestEnd }: Burst): boolean {
  return !isSteady(target) && target.lastSeen >= earliestEnd && target.lastSeen <= latestEnd
}

/** The burst among targets, of equal ones the latest. Null when it is too small for a scan. */
export function burstOf(targets: readonly Target[]): Burst | null {
  const ends = targets
    .filter((target) => !isSteady(target) && target.lastSeen > 0)
    .map(({ lastSeen }) => lastSeen)
    .toSorted((a, b) => a - b)
  let best: Burst | null = null
  let first = 0
  for (const [i, latestEnd] of ends.entries()) {
    while (latestEnd - ends[first]! > SCAN_SECONDS) first++
    const count = i - first + 1
    if (count >= MIN_SCANNED && count >= (best?.count ?? 0))
      best = { count, earliestEnd: ends[first]!, latestEnd }
  }
  return best
}
