import { formatPlural } from '../../lib/format.ts'
import type { SideLosses } from '../../state/compare/use-comparison.ts'

function wordsOf(name: string, { gaps, evicted, refused, incomplete }: SideLosses): readonly string[] {
  return [
    ...(incomplete === null ? [] : [`${name} is not complete: ${incomplete}`]),
    ...(gaps === 0 ? [] : [`${name} has ${formatPlural(gaps, 'gap')} in which nothing was received`]),
    ...(evicted === 0
      ? []
      : [`of ${name} ${formatPlural(evicted, 'record')} may be missing, which did not fit the memory`]),
    ...(refused === 0
      ? []
      : [
          `${formatPlural(refused, 'record')} of ${name} could not be read and ${refused === 1 ? 'is' : 'are'} left out`,
        ]),
  ]
}

/** What is not in a comparison, as sentences; empty where nothing is missing. */
export function lossWords({ a, b }: Readonly<Record<'a' | 'b', SideLosses>>): string {
  const sentences = [...wordsOf('A', a), ...wordsOf('B', b)]
  return sentences.map((each) => `${each.charAt(0).toUpperCase()}${each.slice(1)}.`).join(' ')
}
