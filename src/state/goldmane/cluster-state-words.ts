/** The state of a cluster in the words of the menu. */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { unreachable } from '../../lib/assert.ts'
import { formatAge, formatMinute, formatPlural } from '../../lib/format.ts'
import { MIN_SKEW_S } from '../../source/clock-skew.ts'
import { withoutCode } from '../../source/trouble.ts'
import type { ClusterState } from '../../source/cluster-states.ts'

export interface ClusterWords {
  /** "live", or why it is not. */
  readonly state: string
  /** "since 22:43", for a cluster that is away. */
  readonly since: string | null
  /** "3 new denials", "no new denial", "not connected". */
  readonly headline: string | null
  /** Whether the headline is bad news. */
  readonly isBad: boolean
  /** "16 denied pairs", "records up to 22:43". */
  readonly detail: string | null
  /** How far the records are behind, or how long the cluster has been away: "14 s". */
  readonly age: string | null
  /** What the age is of. */
  readonly ageOf: 'behind' | 'away'
}

export function describeCluster(cluster: ClusterState): ClusterWords {
  switch (cluster.state) {
    case 'live':
      return { ...denialsOf(cluster), ...freshnessOf(cluster), since: null, ageOf: 'behind' }
    case 'reading':
      return { ...NOTHING_KNOWN, state: 'reading the last hour' }
    case 'connecting':
      return { ...NOTHING_KNOWN, state: 'connecting' }
    case 'silent':
      // The cause says since when.
      return awayOf(cluster, 'does not answer', cluster.cause ?? 'Goldmane does not answer', null)
    case 'unreachable': {
      const since = cluster.since === null ? null : `since ${formatMinute(cluster.since)}`
      return awayOf(
        cluster,
        'not connected',
        cluster.cause === null ? 'Goldmane cannot be reached' : withoutCode(cluster.cause),
        since,
      )
    }
    default:
      return unreachable(cluster.state, 'state of a cluster')
  }
}

const NOTHING_KNOWN = {
  since: null,
  headline: null,
  isBad: false,
  detail: null,
  age: null,
  ageOf: 'behind',
} as const

function freshnessOf({ lastBucket, now }: ClusterState): Pick<ClusterWords, 'state' | 'age'> {
  if (lastBucket === null) return { state: 'live, no flows yet', age: null }
  // Goldmane sends a bucket 15 s after its end: a newer one is not fresh, its clock is ahead.
  if (lastBucket + 2 * BUCKET_SECONDS > now + MIN_SKEW_S)
    return { state: 'live, its clock is ahead', age: null }
  return { state: 'live', age: formatAge(now - lastBucket - BUCKET_SECONDS) }
}

function denialsOf(cluster: ClusterState): Pick<ClusterWords, 'headline' | 'isBad' | 'detail'> {
  const { deniedPairs, newDenials } = cluster
  return {
    headline: newDenials === null ? null : countInWords(newDenials, 'new denial'),
    isBad: newDenials !== null && newDenials > 0,
    detail: deniedPairs === null ? null : countInWords(deniedPairs, 'denied pair'),
  }
}

function countInWords(count: number, what: string): string {
  return count === 0 ? `no ${what}` : formatPlural(count, what)
}

function awayOf(
  { lastBucket, since, now }: ClusterState,
  headline: string,
  state: string,
  sinceWords: string | null,
): ClusterWords {
  const upTo = lastBucket === null ? null : formatMinute(lastBucket + BUCKET_SECONDS)
  return {
    state,
    since: sinceWords,
    headline,
    isBad: true,
    detail: upTo === null ? null : `records up to ${upTo}`,
    age: since === null ? null : formatAge(now - since),
    ageOf: 'away',
  }
}
