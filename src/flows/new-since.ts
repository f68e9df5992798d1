/** From when on a denial is new, as far as the records held tell: one rule for the page and the gateway. */

/** What is new began within so many seconds before the end of the newest record. */
export const RECENT_SECONDS = 5 * 60
/** Records must be held of so many seconds before that: with fewer, nearly everything would look new. */
export const MIN_SECONDS_BEFORE = 5 * 60

/** Whether records from `oldest` on are enough to call new what began at `since` or later. All in Unix seconds. */
export function reachesFarBefore(oldest: number, since: number): boolean {
  return since - oldest >= MIN_SECONDS_BEFORE
}
