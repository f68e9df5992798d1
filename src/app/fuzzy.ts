/** Finds a title by some of its letters in their order: `gs` finds "Go to signatures". */

/** No way of placing the letters. Scores that count are not negative. */
const NONE = -1

/** How well the letters fit: at the start of words best, side by side well; null when they are not all there. */
export function fuzzyScore(query: string, title: string): number | null {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, '')
  const text = title.toLowerCase()
  if (wanted === '') return 0
  // The best score of the letters so far, by where in the text the last one fell.
  let best: readonly number[] = []
  for (let i = 0; i < wanted.length; i++) {
    const next: number[] = []
    let apart = i === 0 ? 0 : NONE
    for (let j = 0; j < text.length; j++) {
      const beside = best[j - 1] ?? NONE
      const before = Math.max(apart, beside === NONE ? NONE : beside + 2)
      next.push(text[j] !== wanted[i] || before === NONE ? NONE : before + (startsWord(text, j) ? 3 : 0))
      apart = Math.max(apart, beside)
    }
    best = next
  }
  const score = Math.max(NONE, ...best)
  return score === NONE ? null : score
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1] ?? '')
}

/** The entries that fit, the best first; in their own order where they fit alike. */
export function fuzzyFind<T>(
  query: string,
  entries: readonly T[],
  titleOf: (entry: T) => string,
): readonly T[] {
  return entries
    .flatMap((entry) => {
      const score = fuzzyScore(query, titleOf(entry))
      return score === null ? [] : [{ entry, score }]
    })
    .toSorted((a, b) => b.score - a.score)
    .map(({ entry }) => entry)
}
