import type { HeldBucket, HistoryStore } from '../history-store.ts'

const DAY_S = 86_400
/** Days that are looked through for a cluster's first and last bucket. */
const MAX_DAYS = 1000

export interface StoredExtent {
  readonly first: HeldBucket
  readonly last: HeldBucket
}

/**
 * The first and the last bucket that is held of a cluster; null when none is. Day by day from both ends of what the store has
 * of it, because an answer for all days at once would have 6,000 buckets for each. `now` is in Unix seconds.
 */
export async function findExtent(
  store: Pick<HistoryStore, 'have' | 'keptTimes'>,
  cluster: string,
  now: number,
): Promise<StoredExtent | null> {
  const { oldest, newest } = await store.keptTimes(cluster)
  if (oldest === null || newest === null) return null
  const firstDay = Math.floor(oldest / DAY_S)
  // A bucket of a clock that was far ahead is not the last one: all that comes would be before it.
  const lastDay = Math.floor(Math.min(newest, Math.max(oldest, now + DAY_S)) / DAY_S)
  const days = Math.min(MAX_DAYS, lastDay - firstDay + 1)
  let last: HeldBucket | undefined
  for (let day = lastDay; last === undefined && day > lastDay - days; day--)
    last = (await ofDay(store, cluster, day)).at(-1)
  if (last === undefined) return null
  let first: HeldBucket | undefined
  for (let day = firstDay; first === undefined && day < firstDay + days; day++)
    [first] = await ofDay(store, cluster, day)
  return { first: first ?? last, last }
}

function ofDay(store: Pick<HistoryStore, 'have'>, cluster: string, day: number) {
  return store.have(cluster, { from: day * DAY_S, to: (day + 1) * DAY_S })
}
