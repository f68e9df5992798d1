/** Sums the records of a side into the tally that is compared. */
import { MAX_WAYS, SideTally, type Way } from '../../../src/compare/side-tally.ts'
import type { Flow, FlowKey } from '../../../src/flows/flow.ts'
import { formatCount } from '../../../src/lib/format.ts'
import { UsageError } from '../../lib/usage-error.ts'
import type { ComparedSide } from './compared-side.ts'

export class SideSums {
  readonly #tally = new SideTally(null)
  /** Records of one key share its object where the reader recognised their line. */
  readonly #ways = new WeakMap<FlowKey, Way>()
  readonly #name: 'A' | 'B'

  constructor(name: 'A' | 'B') {
    this.#name = name
  }

  /** Throws {@link UsageError} where there are too many conversations to compare: what is left out would seem gone. */
  add({ key, numConnectionsStarted, startTime, endTime }: Flow): void {
    let way = this.#ways.get(key)
    if (way === undefined) {
      const found = this.#tally.wayOf(key)
      if (found === null) throw this.#tooMany()
      way = found
      this.#ways.set(key, way)
    }
    this.#tally.add(way, {
      records: 1,
      connections: numConnectionsStarted,
      first: startTime,
      last: endTime,
    })
  }

  /**
   * What was summed, of a side that covers a time, which is longer than that of its records where the filter leaves out some,
   * except for the gaps in it.
   */
  tallyOf({ covered, gaps, stepSeconds }: Pick<ComparedSide, 'covered' | 'gaps' | 'stepSeconds'>): SideTally {
    if (covered !== null) this.#tally.reach(covered.from, covered.to)
    this.#tally.lack(gaps)
    this.#tally.stepSeconds = stepSeconds
    return this.#tally
  }

  #tooMany(): UsageError {
    return new UsageError(
      `${this.#name} has more than ${formatCount(MAX_WAYS)} conversations and decisions, which are too many to compare: --filter or shorter windows narrow it`,
    )
  }
}
