/** What the reader of a comparison has to know of the records that it was made from. */
import type { Comparison } from '../../../src/compare/comparison.ts'
import { sumsSentences } from '../../../src/compare/record-sums.ts'
import { gapSentences } from '../../../src/compare/side-gaps.ts'
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { formatAge, formatPlural, isoTime } from '../../../src/lib/format.ts'
import { lengthWords } from '../../../src/lib/length-words.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import type { ReadSides } from './capture-sides.ts'
import type { ComparedSide } from './compared-side.ts'

/** Sentences without a full stop, without control characters. */
export function comparisonNotes(
  { a, b, incomplete, refused, unknown }: ReadSides,
  sides: Pick<Comparison, 'a' | 'b'>,
): readonly string[] {
  const notes = [
    ...(incomplete === null ? [] : [`A part of the records is missing: ${incomplete}`]),
    ...sideNotes('A', a),
    ...sideNotes('B', b),
    ...sumsSentences(sides.a.sums, sides.b.sums, summedBy),
    ...(refused === 0 ? [] : [`${formatPlural(refused, 'record')} could not be read`]),
    ...(unknown === 0 ? [] : [formatPlural(unknown, 'value of a newer Calico', 'values of a newer Calico')]),
  ]
  return notes.map((note) => visibleText(note))
}

/** What records are sums of: `5 min`, `an hour`. */
export function summedBy(seconds: number): string {
  return seconds === 3600 ? 'an hour' : lengthWords(seconds)
}

/** A part that is shorter by less is what the buckets of 15 s make of a window. */
const MIN_LACKING_SECONDS = 2 * BUCKET_SECONDS

function sideNotes(label: 'A' | 'B', side: ComparedSide): readonly string[] {
  const { gaps, moreGaps, filters, window, covered } = side
  const asked = window === null ? 0 : window.to - window.from
  const compared = covered === null ? 0 : covered.to - covered.from
  return [
    ...(asked - compared < MIN_LACKING_SECONDS
      ? []
      : [`${label} is the ${formatAge(compared)} of ${formatAge(asked)} that were recorded`]),
    ...gapSentences(label, gaps, (from, to) => `from ${isoTime(from)} to ${isoTime(to)}`, moreGaps),
    ...[...filters].map((filter) => `${label} was recorded with the filter ${filter}`),
  ]
}
