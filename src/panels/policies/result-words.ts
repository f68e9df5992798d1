/** What came of comparing policies with flows, in sentences. */
import { formatBytes, formatCount, formatPlural } from '../../lib/format.ts'
import type { PolicyRunResult, RunCount } from '../../state/policies/use-policies.ts'

function sumsOf({ connections, bytes }: RunCount): string {
  const sums = [
    ...(connections === null ? [] : [formatPlural(connections, 'connection')]),
    ...(bytes === null ? [] : [formatBytes(bytes)]),
  ]
  return sums.length === 0 ? '' : ` (${sums.join(', ')})`
}

/** Whether changes are counted at sources and at destinations, which may have recorded the same connections. */
function hasBothEnds(changed: PolicyRunResult['changed']): boolean {
  const flips = changed.filter(({ kind, connections }) => kind !== 'unknown' && connections !== null)
  return new Set(flips.map(({ direction }) => direction)).size > 1
}

/**
 * How many groups keep their verdict, would change it and cannot be told, and then what was left out. Each group is counted
 * once.
 */
export function resultWords({
  counts,
  fitting,
  changed,
  unreported,
  leftOut,
}: Pick<PolicyRunResult, 'counts' | 'fitting' | 'changed' | 'unreported' | 'leftOut'>): readonly string[] {
  const { same, unknown } = counts
  const [toDeny, toAllow] = [counts['allow-to-deny'], counts['deny-to-allow']]
  const total = same.groups + unknown.groups + toDeny.groups + toAllow.groups
  if (total === 0) return ['No flow was compared: there is none with a verdict that a policy decided.']
  const changes = [
    ...(toDeny.groups === 0 ? [] : [`${formatCount(toDeny.groups)} from Allow to Deny${sumsOf(toDeny)}`]),
    ...(toAllow.groups === 0 ? [] : [`${formatCount(toAllow.groups)} from Deny to Allow${sumsOf(toAllow)}`]),
  ]
  const sentences = [
    `Of ${formatPlural(total, 'group')} ${formatCount(same.groups)} ${same.groups === 1 ? 'keeps its' : 'keep their'} verdict, ` +
      `${formatCount(toDeny.groups + toAllow.groups)} would change${changes.length === 0 ? '' : `: ${changes.join(', ')}`}; ` +
      `of ${formatCount(unknown.groups)} it cannot be said.`,
  ]
  if (hasBothEnds(changed))
    sentences.push('A connection that both ends recorded is a connection of two groups, and counts twice.')
  if (fitting.groups > 0)
    sentences.push(
      `Of those that cannot be told, ${formatCount(fitting.groups)} ${fitting.groups === 1 ? 'has a recorded trace that fits' : 'have recorded traces that fit'} these policies: where they were in force already, nothing changes.`,
    )
  if (unreported > 0)
    sentences.push(
      `${formatPlural(unreported, 'key')} without a reporter or a verdict, which no policy decided.`,
    )
  if (leftOut > 0)
    sentences.push(
      `${formatPlural(leftOut, 'key')} beyond the limit ${leftOut === 1 ? 'was' : 'were'} not evaluated.`,
    )
  return sentences
}
