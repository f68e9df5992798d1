/** When policies changed, as the loaded versions of them say: moments to compare around. */
import { useMemo } from 'react'

import type { TimeRange } from '../client/time-range.ts'
import { type PolicyDocument, usePolicies } from '../policies/use-policies.ts'

export interface PolicyMoment {
  /** Unix seconds. */
  readonly time: number
  /** The documents of which a version began or ended then. */
  readonly names: readonly string[]
}

/** More are further back than the reader looks. */
const MAX_MOMENTS = 6

/** The changes within a range, the newest first. Files without times are in force always, and change never. */
export function policyMomentsOf(
  documents: readonly Pick<PolicyDocument, 'name' | 'from' | 'until'>[],
  range: TimeRange,
): readonly PolicyMoment[] {
  const byTime = new Map<number, Set<string>>()
  for (const { name, from, until } of documents)
    for (const time of [from, until]) {
      if (time === undefined || time <= range.from || time >= range.to) continue
      byTime.set(time, (byTime.get(time) ?? new Set()).add(name))
    }
  return [...byTime]
    .sort(([one], [two]) => two - one)
    .slice(0, MAX_MOMENTS)
    .map(([time, names]) => ({ time, names: [...names].sort() }))
}

/** The changes of the loaded policies within what can be compared. */
export function usePolicyMoments(comparable: TimeRange | null): readonly PolicyMoment[] {
  const { documents } = usePolicies().state
  return useMemo(
    () => (comparable === null ? [] : policyMomentsOf(documents, comparable)),
    [documents, comparable],
  )
}
