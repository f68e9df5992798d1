/** What is known of the use of policies and rules, in words of the screen and the terminal. */
import { formatCount, formatPlural } from '../../lib/format.ts'
import { isEndOfTier, ruleNumberWords } from '../../flows/hit.ts'
import type { RecordedHit, RecordedPart } from '../../flows/recorded-hit.ts'
import { unreachable } from '../../lib/assert.ts'
import type { RuleUsage, Traceless } from './policy-usage.ts'

/** What was asked of, and how much of it there is: a part of the gateway's answer. */
export interface AskedPart {
  readonly from: number
  readonly to: number
  readonly recorded: RecordedPart
  readonly gaps: readonly { readonly from: number; readonly to: number; readonly cause: string }[]
  readonly omitted: number
  readonly incomplete: string | null
}

const HOUR_SECONDS = 3600
/** So many gaps are listed: the newest. */
const MAX_GAPS = 5

/** Whether a hit that is not there was not in the range at all, as far as hours without records and gaps tell. */
export function isWhole({ recorded, gaps, omitted, incomplete }: AskedPart): boolean {
  return recorded.hours === recorded.ofHours && gaps.length === 0 && omitted === 0 && incomplete === null
}

/** How much of the range was recorded, in sentences. `timeWords` says a time. */
export function recordedWords(part: AskedPart, timeWords: (time: number) => string): readonly string[] {
  const { from, to, recorded, gaps, omitted, incomplete } = part
  const { first, last, hours, ofHours } = recorded
  const sentences: string[] = []
  if (first === null || last === null)
    sentences.push(`None of the ${formatPlural(ofHours, 'hour')} has records: nothing is known.`)
  else if (hours === ofHours) sentences.push(`All ${formatPlural(ofHours, 'hour')} have records.`)
  else {
    const before = (first - from) / HOUR_SECONDS
    const after = (to - last) / HOUR_SECONDS
    const between = ofHours - hours - before - after
    const without = [
      ...(before > 0 ? [`${formatCount(before)} before them`] : []),
      ...(between > 0 ? [`${formatCount(between)} between them`] : []),
      ...(after > 0 ? [`${formatCount(after)} after them`] : []),
    ]
    sentences.push(
      `${formatCount(hours)} of ${formatPlural(ofHours, 'hour')} have records, from ${timeWords(first)} to ${timeWords(last)}. ` +
        `Without any: ${without.join(', ')}.`,
    )
  }
  for (const gap of gaps.slice(-MAX_GAPS))
    sentences.push(`Gap from ${timeWords(gap.from)} to ${timeWords(gap.to)}: ${gap.cause}.`)
  if (gaps.length > MAX_GAPS) sentences.push(`And ${formatPlural(gaps.length - MAX_GAPS, 'older gap')}.`)
  if (omitted > 0) sentences.push(`Left out: ${formatPlural(omitted, 'hit')}, the oldest.`)
  if (incomplete !== null) sentences.push(`A part could not be read: ${incomplete}.`)
  return sentences
}

/** As `egress rule 2`, counted from 1 as in the query language. */
export function ruleName({
  direction,
  numbers: [first, last],
}: Pick<RuleUsage, 'direction' | 'numbers'>): string {
  return first === last ? `${direction} rule ${first}` : `${direction} rules ${first}–${last}`
}

/** As `egress rule 2, Deny`, or `end of tier default, Deny`, of the policy that the hit names. */
export function hitName({ reporter, hit }: Pick<RecordedHit, 'reporter' | 'hit'>): string {
  if (isEndOfTier(hit)) return `end of tier ${hit.tier}, ${hit.action}`
  return `${reporter === 'Dst' ? 'ingress' : 'egress'} ${ruleNumberWords(hit)}, ${hit.action}`
}

/** Why no hit tells of a rule, to stand after "because". */
export function tracelessWords(traceless: Traceless): string {
  switch (traceless) {
    case 'log':
      return 'a rule that logs goes on with the next one and is in no trace'
    case 'untracked':
      return 'policies with doNotTrack or preDNAT are in no trace'
    case 'deletion':
      return 'Felix does not evaluate what stages a deletion'
    case 'no pending':
      return 'staged policies are in pending traces alone, and none was recorded'
    default:
      return unreachable(traceless, 'reason')
  }
}
