import { asksFor } from '../../src/filter/tree/asks-for.ts'
import { matcher } from '../../src/filter/tree/evaluate.ts'
import type { Expression } from '../../src/filter/tree/expression.ts'
import type { Flow } from '../../src/flows/flow.ts'
import type { Clock } from '../../src/lib/clock.ts'

/**
 * The test of a query for records that come one by one. Bytes, packets and connections are those of the one record. Ages
 * count back from the moment at which a record comes, because the newest record of the recording is not known yet.
 */
export function recordMatcher(filter: Expression, clock: Pick<Clock, 'now'>): (flow: Flow) => boolean {
  if (!asksFor(filter, 'age')) return matcher(filter, 0)
  let test = { now: Number.NaN, matches: matcher(filter, 0) }
  return (flow) => {
    const now = Math.floor(clock.now() / 1000)
    if (now !== test.now) test = { now, matches: matcher(filter, now) }
    return test.matches(flow)
  }
}
