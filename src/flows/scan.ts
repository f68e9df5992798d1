/**
 * When many ports or destinations look like a scan. It is a guess from counts and times, and the screen says so with a
 * question mark.
 *
 * The rule: one source asked for at least {@link MIN_SCANNED} ports of one destination, or for one port of as many
 * destinations, within {@link SCAN_SECONDS}, and none of them before or after that for longer than it takes to try once
 * more: a target with more than {@link MAX_SCAN_RECORDS} records is *steady*, and does not count. So a scan that is
 * repeated, as scanners are, is one too, and ports that are in use beside it are not part of it.
 */
import { BUCKET_SECONDS } from './bucket.ts'

/** At least so many ports, or destinations, make a scan. */
export const MIN_SCANNED = 10
/** The span in which all of them are tried. */
export const SCAN_SECONDS = 5 * 60
/** A target with more records than fit in the span is steady. */
export const MAX_SCAN_RECORDS = SCAN_SECONDS / BUCKET_SECONDS

/** A port or a destination: how many records it has, and when the first and the last of them were (Unix seconds). */
export interface Target {
  readonly records: number
  readonly firstSeen: number
  readonly lastSeen: number
}

/** How many targets were tried within one span, and when. */
export interface Burst {
  readonly count: number
  readonly from: number
  readonly to: number
}

/** Whether a target has more records than a scan leaves. */
export function isSteady({ records }: Target): boolean {
  return records > MAX_SCAN_RECORDS
}

/**
 * The greatest set of targets that were last tried within one span; of several the latest. Null when it is too small for
 * a scan.
 */
export function burstOf(targets: readonly Target[]): Burst | null {
  const brief = targets.filter((target) => !isSteady(target) && target.lastSeen > 0)
  if (brief.length < MIN_SCANNED) return null
  const sorted = brief.toSorted((a, b) => a.lastSeen - b.lastSeen)
  let best: Burst | null = null
  let first = 0
  for (const [i, { lastSeen }] of sorted.entries()) {
    while (lastSeen - sorted[first]!.lastSeen > SCAN_SECONDS - BUCKET_SECONDS) first++
    const count = i - first + 1
    if (count < MIN_SCANNED || (best !== null && count < best.count)) continue
    best = { count, from: sorted[first]!.lastSeen - BUCKET_SECONDS, to: lastSeen }
  }
  return best
}
