/** What decides among rows of equal value: their names, so that the same records are in one order however they came. */
import { columnOf } from '../../flows/column.ts'
import { ensure, unreachable } from '../../lib/assert.ts'
import type { Levels } from './bucket-sort.ts'
import { positionOf } from './interval-rows.ts'
import type { Match, QueryContext } from './match.ts'

/**
 * The source, the destination and the id of each row. Intervals of one key follow each other by start, and those of one
 * start in the order in which they came.
 */
export function tiesOf(match: Match, { snapshot, ranks, signatures, groups }: QueryContext): Levels {
  const { keys } = snapshot
  switch (match.kind) {
    case 'keys': {
      const [source, destination] = [
        ranks.ranksOf(columnOf('source')),
        ranks.ranksOf(columnOf('destination')),
      ]
      return [
        (flow) => source[flow]!,
        (flow) => destination[flow]!,
        (flow) => keys.idHigh[flow]!,
        (flow) => keys.idLow[flow]!,
      ]
    }
    case 'intervals': {
      const [source, destination] = [
        ranks.ranksOf(columnOf('source')),
        ranks.ranksOf(columnOf('destination')),
      ]
      const flowOf = (item: number): number => {
        const { slice, row } = positionOf(snapshot, item)
        return keys.flowOf[slice.chunk.entries[row]!]!
      }
      return [
        (item) => source[flowOf(item)]!,
        (item) => destination[flowOf(item)]!,
        (item) => keys.idHigh[flowOf(item)]!,
        (item) => keys.idLow[flowOf(item)]!,
        (item) => {
          const { slice, row } = positionOf(snapshot, item)
          return slice.chunk.starts[row]!
        },
      ]
    }
    case 'groups':
    case 'signatures': {
      const { rollUp } = ensure(match.sets, 'a match of sets has sums of sets')
      const { source, destination } = (match.kind === 'groups' ? groups : signatures).nameRanks()
      return [
        (set) => source[set]!,
        (set) => destination[set]!,
        (set) => rollUp.idHigh[set]!,
        (set) => rollUp.idLow[set]!,
      ]
    }
    default:
      return unreachable(match.kind, 'kind of rows')
  }
}
