/**
 * When a volume changed beyond noise. Connections that begin independently of each other are a Poisson count, and of two
 * such counts with one rate the first is binomial among their sum: so small counts differ by chance, and say nothing.
 */

/** At least so many times as many, or as few. */
export const MIN_RATIO = 1.5
/** The greater of the two counts has to be at least so much. */
export const MIN_COUNT = 10
/** Standard deviations by which the counts have to differ from what one rate would give: 1 in 370 by chance. */
const MIN_DEVIATIONS = 3

/** The rule, as the screen and the Markdown say it. */
export const NOISE_RULE = `at least ${MIN_RATIO} times as many or as few, at least ${MIN_COUNT}, and more than chance explains`

/** A count, and the seconds in which it was counted; 0 where they are not known. */
export interface Counted {
  readonly count: number
  readonly seconds: number
}

/** The part of the sum that falls to the first by length alone; half of it where a length is not known. */
function shareOf(a: number, b: number): number {
  return a > 0 && b > 0 ? a / (a + b) : 0.5
}

/** Whether two counts differ by more than noise, each for its own length. */
export function differsBeyondNoise(a: Counted, b: Counted): boolean {
  const sum = a.count + b.count
  if (Math.max(a.count, b.count) < MIN_COUNT) return false
  const share = shareOf(a.seconds, b.seconds)
  const [low, high] = [a.count / share, b.count / (1 - share)].sort((one, two) => one - two)
  if (high! < low! * MIN_RATIO) return false
  const deviation = Math.sqrt(sum * share * (1 - share))
  return Math.abs(a.count - sum * share) >= deviation * MIN_DEVIATIONS
}
