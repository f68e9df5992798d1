/** The report that a reader copies for whoever runs the server: no secret, no name of a flow, no query. */
import { formatCount, formatTime } from '../../lib/format.ts'
import { VERSION } from '../../lib/version.ts'
import type { Holdings } from '../../state/client/holdings.ts'
import { type ConnectionLoss, STEP_WORDS } from './connection-loss.ts'

export interface ReportContext {
  readonly sourceName: string
  readonly state: string
  /** Unix seconds. */
  readonly since: number
  readonly now: number
  readonly holdings: Holdings
}

export function printReport(loss: ConnectionLoss, context: ReportContext): string {
  const { sourceName, state, since, now, holdings } = context
  const { records, keys, gaps, evicted, refused, newest } = holdings
  return [
    `## ${loss.headline}`,
    '',
    `- Flowtrace: ${VERSION}`,
    `- Source: ${sourceName}`,
    `- State: ${state} (${loss.kind}) since ${formatTime(since)}`,
    `- Cause: ${loss.trouble.say}${loss.trouble.detail === null ? '' : ` (${loss.trouble.detail})`}`,
    `- Held: ${formatCount(records)} records, ${formatCount(keys)} keys, up to ${newest === null ? 'no time' : formatTime(newest)}`,
    `- Gaps: ${formatCount(gaps)}, evicted: ${formatCount(evicted)}, refused: ${formatCount(refused)}`,
    `- Written: ${formatTime(now)}`,
    '',
    '| step | | |',
    '|---|---|---|',
    ...loss.steps.map(
      ({ label, state: how, fact }) =>
        `| ${label} | ${how === 'failed' ? `**${STEP_WORDS.failed}**` : STEP_WORDS[how]} | ${cell(fact)} |`,
    ),
    '',
  ].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
