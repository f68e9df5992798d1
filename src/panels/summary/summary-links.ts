/** The links of the summary strip: which of them there are, in which words, and what each one filters for. */
import { include, withBoth, without, clausesOf } from '../../filter/tree/clauses.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { sameExpression } from '../../filter/tree/normalise.ts'
import { displayPath, workloadOf } from '../../flows/spelling.ts'
import { formatCount, formatPlural } from '../../lib/format.ts'
import type { Finding } from '../../state/client/questions.ts'
import type { Summary } from '../../state/client/rows.ts'

/** `new` is red and for what the reader has not seen; a denial is red too; what is pending has the colour of staged. */
export type LinkTone = 'deny' | 'staged' | 'plain'

export interface SummaryLink {
  readonly finding: Finding
  readonly count: number
  readonly tone: LinkTone
  /** The words in full for a count. */
  readonly words: (count: number) => string
  /** The words where there is little room. */
  readonly short: string
  /** What follows the words in full, in a lower voice; empty for none. */
  readonly detail: string
  /** The condition in the words of the query; null where the groups have to be named one by one. */
  readonly condition: Expression | null
}

const DENIED = include(ALL, 'action', 'Deny')
const WOULD_BREAK = withBoth(include(ALL, 'action', 'Allow'), include(ALL, 'pending', 'Deny'))
const WOULD_ALLOW = withBoth(DENIED, include(ALL, 'pending', 'Allow'))

const IF_ENFORCED = 'if staged policies were enforced'

/**
 * The links of a summary in their order. What was counted 0 times keeps its place among them. `areSums`: the records are
 * sums, which do not tell a scan.
 */
export function summaryLinks(
  { newDenials, deniedPairs, wouldBreak, wouldAllow, scans, scan }: Summary,
  areSums = false,
): readonly SummaryLink[] {
  return [
    {
      finding: 'new-denial',
      count: newDenials,
      tone: 'deny',
      words: (count) => (areSums ? 'new denials cannot be told' : formatPlural(count, 'new denial')),
      short: areSums ? 'new not told' : `${formatCount(newDenials)} new`,
      detail: '',
      condition: null,
    },
    {
      finding: 'denial',
      count: deniedPairs,
      tone: 'deny',
      words: (count) => formatPlural(count, 'denied pair'),
      short: `${formatCount(deniedPairs)} denied`,
      detail: '',
      condition: DENIED,
    },
    {
      finding: 'would-break',
      count: wouldBreak,
      tone: 'staged',
      words: (count) => `${formatCount(count)} would break`,
      short: `${formatCount(wouldBreak)} would break`,
      detail: '',
      condition: WOULD_BREAK,
    },
    {
      finding: 'would-allow',
      count: wouldAllow,
      tone: 'plain',
      words: (count) => `${formatCount(count)} would be allowed`,
      short: `${formatCount(wouldAllow)} would be allowed`,
      detail: IF_ENFORCED,
      condition: WOULD_ALLOW,
    },
    {
      finding: 'scan',
      count: scans,
      tone: 'plain',
      words: (count) => (areSums ? 'scans cannot be told of sums' : formatPlural(count, 'possible scan')),
      short: areSums ? 'scans not told' : formatPlural(scans, 'scan?', 'scans?'),
      detail: detailOf(scan),
      condition: null,
    },
  ]
}

/** Where the greatest scan comes from and how large it is: `default/test, 26 ports`. */
function detailOf(row: Summary['scan']): string {
  if (row === null || row.scan === null) return ''
  const { ports, destinations } = row.scan
  const size = ports >= destinations ? formatPlural(ports, 'port') : formatPlural(destinations, 'destination')
  return `${displayPath(row.key.sourceNamespace, workloadOf(row.key.sourceName))}, ${size}`
}

/** Whether all clauses of a condition are in the filter. */
export function isAsked(filter: Expression, condition: Expression): boolean {
  const clauses = clausesOf(filter)
  return clausesOf(condition).every((clause) => clauses.some((each) => sameExpression(each, clause)))
}

/** The filter with the condition, or without it where it is in it already. */
export function toggleCondition(filter: Expression, condition: Expression): Expression {
  return isAsked(filter, condition)
    ? clausesOf(condition).reduce((rest, clause) => without(rest, clause), filter)
    : withBoth(filter, condition)
}
