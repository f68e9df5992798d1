/** The nearest of several words to a misspelt one, for suggestions. */

/** Longer words are not compared: the distance costs their length times that of each candidate. */
const MAX_COMPARED_CHARS = 40

/** The edit distance of two words, in which two adjacent letters may be swapped (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? (beforeLast[j - 2] ?? 0) + 1
          : Number.POSITIVE_INFINITY
      row.push(Math.min(replaced, swapped, (row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1))
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

/**
 * The candidate with the smallest edit distance, at most 1 to 3 by the length of the word, or else the first that starts
 * with the word; undefined when there is none. Letter case is ignored.
 */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase()
  if (wanted === '' || wanted.length > MAX_COMPARED_CHARS) return undefined
  let best: string | undefined
  let bound = wanted.length <= 3 ? 1 : wanted.length <= 6 ? 2 : 3
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase())
    if (best === undefined ? distance <= bound : distance < bound) {
      best = candidate
      bound = distance
    }
  }
  const beginning = candidates.find((candidate) => candidate.toLowerCase().startsWith(wanted))
  return best !== undefined && bound <= 1 ? best : (beginning ?? best)
}
