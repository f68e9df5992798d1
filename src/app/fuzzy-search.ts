/** Fuzzy search: finds a title by a subsequence of its letters, so that `gs` finds "Go to signatures". */

/** The score of a position at which the letters so far cannot end. Other scores are not negative. */
const NO_MATCH = -1
const WORD_START_BONUS = 3
const ADJACENT_BONUS = 2

/**
 * The best score over all ways to find the query's letters in the title in their order: 3 for each letter at the start of
 * a word, 2 for each letter next to the one before. Null when the title does not contain them. Ignores case and spaces.
 */
export function fuzzyScore(query: string, title: string): number | null {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, '')
  const text = title.toLowerCase()
  if (wanted === '') return 0
  // Dynamic programming: best[j] is the best score of the letters so far with the last one at text[j].
  let best: readonly number[] = []
  for (let i = 0; i < wanted.length; i++) {
    const next: number[] = []
    // The best score with the letter before at least two places to the left.
    let apart = i === 0 ? 0 : NO_MATCH
    for (let j = 0; j < text.length; j++) {
      const adjacent = best[j - 1] ?? NO_MATCH
      const before = Math.max(apart, adjacent === NO_MATCH ? NO_MATCH : adjacent + ADJACENT_BONUS)
      const bonus = startsWord(text, j) ? WORD_START_BONUS : 0
      next.push(text[j] !== wanted[i] || before === NO_MATCH ? NO_MATCH : before + bonus)
      apart = Math.max(apart, adjacent)
    }
    best = next
  }
  const score = Math.max(NO_MATCH, ...best)
  return score === NO_MATCH ? null : score
}

/**
 * Whether nearly every letter of the query begins a word of the title or stands next to the letter before it. Otherwise
 * `backend` would find "Go back to the query before" among names that contain it.
 */
export function isCloseMatch(query: string, title: string): boolean {
  const letters = query.replaceAll(/\s+/g, '').length
  return (fuzzyScore(query, title) ?? NO_MATCH) >= ADJACENT_BONUS * (letters - 1)
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1] ?? '')
}

/** The entries whose title matches, best score first; a stable sort, so equal scores keep their order. */
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
