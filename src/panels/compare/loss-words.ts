import { sumsSentences } from '../../compare/record-sums.ts'
import { gapSentences } from '../../compare/side-gaps.ts'
import { formatPlural } from '../../lib/format.ts'
import { lengthWords } from '../../lib/length-words.ts'
import type { Compared, SideLosses } from '../../state/compare/use-comparison.ts'

function wordsOf(name: string, { evicted, refused, incomplete }: SideLosses): readonly string[] {
  return [
    ...(incomplete === null ? [] : [`${name} is not complete: ${incomplete}`]),
    ...(evicted === 0
      ? []
      : [`Of ${name} ${formatPlural(evicted, 'record')} may be missing, which did not fit the memory`]),
    ...(refused === 0
      ? []
      : [
          `${formatPlural(refused, 'record')} of ${name} could not be read and ${refused === 1 ? 'is' : 'are'} left out`,
        ]),
  ]
}

/** Said of a side without a record, because all of the other one seems to have come or gone. */
const EMPTY = {
  A: 'A has no record that matches, so that all of B seems new',
  B: 'B has no record that matches, so that all of A seems gone',
} as const

/** What is not in a comparison, as sentences without a full stop. `timesOf` writes a range. */
export function lossSentences(
  { comparison, losses }: Pick<Compared, 'comparison' | 'losses'>,
  timesOf: (from: number, to: number) => string,
): readonly string[] {
  const ofSides = (['a', 'b'] as const).flatMap((name) => {
    const side = name === 'a' ? 'A' : 'B'
    const other = comparison[name === 'a' ? 'b' : 'a']
    const isEmpty = comparison[name].records === 0 && other.records > 0
    return [
      ...(isEmpty ? [EMPTY[side]] : []),
      ...gapSentences(side, comparison[name].gaps, timesOf),
      ...wordsOf(side, losses[name]),
    ]
  })
  return [...sumsSentences(comparison.a.sums, comparison.b.sums, lengthWords), ...ofSides]
}
