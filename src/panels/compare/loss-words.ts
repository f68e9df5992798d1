import { gapSentences } from '../../compare/side-gaps.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { formatPlural } from '../../lib/format.ts'
import type { Compared, SideLosses } from '../../state/compare/use-comparison.ts'
import { lengthWords } from './window-length.ts'

function wordsOf(name: string, { evicted, refused, incomplete, step }: SideLosses): readonly string[] {
  return [
    ...(step === null || step <= BUCKET_SECONDS
      ? []
      : [`Records of ${name} are sums of ${lengthWords(step)}`]),
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
  return (['a', 'b'] as const).flatMap((name) => {
    const side = name === 'a' ? 'A' : 'B'
    const other = comparison[name === 'a' ? 'b' : 'a']
    const isEmpty = comparison[name].records === 0 && other.records > 0
    return [
      ...(isEmpty ? [EMPTY[side]] : []),
      ...gapSentences(side, comparison[name].gaps, timesOf),
      ...wordsOf(side, losses[name]),
    ]
  })
}
