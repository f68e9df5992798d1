/** The contents of the cells, one component for each column that is more than a formatted value. */
import type { FlowKey } from '../../../flows/flow.ts'
import { displayNamespace, displayPort } from '../../../flows/spelling.ts'
import { visibleText } from '../../../lib/visible-text.ts'
import { formatAge, formatClock, formatCount, formatMinute, formatTime } from '../../../lib/format.ts'
import { useClusterNow, useIsStreaming } from '../../../state/client/source-status.ts'
import { useView } from '../../../state/view/navigation.ts'
import type { Row } from '../../../state/client/rows.ts'
import { describeAction } from '../../../state/action-words.ts'
import { compactTrace } from '../../../trace/ladder/compact-trace.ts'
import { pendingWords } from '../../../trace/words/verdict-words.ts'
import { Chip } from '../../../ui/Chip.tsx'
import { VerdictBadge } from '../../../ui/VerdictBadge.tsx'
import { Sparkline } from '../../../ui/Sparkline.tsx'
import { isNew } from './novelty.ts'
import { useTableLayout } from '../layout/table-layout-context.ts'
import { useBaseline } from './use-baseline.ts'

/** When the row was last seen: its age in a live view, which ticks; the time of day in a capture, whose flows do not age. */
export function Seen({ row }: { row: Row }) {
  const live = useIsStreaming()
  const [{ shape }] = useView()
  const { twoLines } = useTableLayout()
  const at = row.lastSeen
  if (at === 0) return <span className="text-faint">no time</span>
  return (
    <>
      <time dateTime={new Date(at * 1000).toISOString()} title={formatTime(at)} className="text-muted">
        {live ? <Age at={at} /> : formatClock(at)}
      </time>
      {shape !== 'intervals' && !twoLines ? <Since row={row} /> : null}
    </>
  )
}

/** When the row was first seen: a time of day, also in a live view, where an age of "1 h" would tell less. */
export function FirstSeen({ at }: { at: number }) {
  if (at === 0) return <span className="text-faint">no time</span>
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={formatTime(at)} className="text-muted">
      {formatClock(at)}
    </time>
  )
}

/** Since when flows of a signature are seen, with a chip when the signature is new. */
function Since({ row }: { row: Row }) {
  const baseline = useBaseline()
  const isCompact = useTableLayout().compact.includes('seen')
  const since = `since ${formatMinute(row.firstSeen)}`
  const fresh = isNew(row, baseline)
  return (
    <time
      dateTime={new Date(row.firstSeen * 1000).toISOString()}
      title={`First seen ${formatTime(row.firstSeen)}${fresh && baseline.known ? `; in nothing held before ${formatTime(baseline.since)}` : ''}`}
      className="ml-1.5 text-2xs text-faint"
    >
      {fresh ? <Chip look="dashed">new{isCompact ? '' : ` ${since}`}</Chip> : isCompact ? null : since}
    </time>
  )
}

/** The connections started, with a sparkline of the records over time; a dash where they are not recorded. */
export function Attempts({ row }: { row: Row }) {
  const [{ shape }] = useView()
  const { twoLines, compact } = useTableLayout()
  const figureOnly = shape === 'intervals' || twoLines
  const count = row.numConnectionsStarted
  return (
    <span
      className="flex items-center justify-end gap-2"
      title={count === null ? 'Connections are not recorded' : undefined}
    >
      {figureOnly || compact.includes('conns') ? null : (
        <Sparkline values={row.trend} tone={row.key.action === 'Deny' ? 'deny' : 'quiet'} />
      )}
      <span className={figureOnly ? '' : 'min-w-9 text-right'}>
        {count === null ? <span className="text-faint">–</span> : formatCount(count)}
      </span>
    </span>
  )
}

function Age({ at }: { at: number }) {
  const now = useClusterNow()
  return <>{formatAge(now - at)}</>
}

/** The verdict; where the pending column is dropped, also a pending verdict that differs. */
export function Verdict({ flowKey }: { flowKey: FlowKey }) {
  const { twoLines, dropped } = useTableLayout()
  const pendingDiffers = dropped.includes('pending') && pendingWords(flowKey).state === 'differs'
  return (
    <span className={`flex ${twoLines ? 'flex-col items-start' : 'min-w-0 items-center gap-2'}`}>
      <VerdictBadge {...describeAction(flowKey.action)} />{' '}
      {pendingDiffers ? <PendingChip flowKey={flowKey} /> : null}
    </span>
  )
}

function PendingChip({ flowKey }: { flowKey: FlowKey }) {
  const { text, title } = pendingWords(flowKey)
  return (
    <span title={title} className="min-w-0 truncate">
      <Chip look="dashed">{text}</Chip>
    </span>
  )
}

/** What staged policies, once enforced, would change: blank where nothing, a dashed chip where the verdict. */
export function Pending({ flowKey }: { flowKey: FlowKey }) {
  const { state, text, title } = pendingWords(flowKey)
  if (state === 'differs') return <PendingChip flowKey={flowKey} />
  return (
    <span className="text-faint" title={title}>
      {text}
    </span>
  )
}

/**
 * The deciding hit: tier, policy and rule (counted from 1). A long name is truncated so that the rule stays visible; the
 * tooltip has all of it, with the namespace.
 */
export function DecidedBy({ flowKey }: { flowKey: FlowKey }) {
  const trace = compactTrace(flowKey)
  const { twoLines, compact } = useTableLayout()
  const { known, tier, policy, at: position, text } = trace
  if (!known) {
    return (
      <span className="text-muted" title={text}>
        {position}
      </span>
    )
  }
  return (
    <span className="flex min-w-0 items-center gap-1.5" title={text}>
      {twoLines || compact.includes('decided') ? null : (
        <Chip fit="max-w-2/5 flex-none truncate">{tier === '' ? '–' : tier}</Chip>
      )}{' '}
      {policy === null ? null : <code className="min-w-0 truncate text-xs">{visibleText(policy.name)}</code>}{' '}
      <span className={`text-muted ${twoLines ? 'min-w-8 truncate' : 'flex-none'}`}>{position}</span>
    </span>
  )
}

export function Port({ flowKey }: { flowKey: FlowKey }) {
  return <code className="text-xs">{displayPort(flowKey)}</code>
}

export function Service({ flowKey }: { flowKey: FlowKey }) {
  const { destServiceName: name, destServiceNamespace: namespace } = flowKey
  if (name === '') return <span className="text-faint">not recorded</span>
  if (name === '-') return <span className="text-faint">–</span>
  return (
    <span
      className="block truncate font-mono text-xs"
      title={`${displayNamespace(namespace)}/${visibleText(name)}`}
    >
      <span className="text-muted">{displayNamespace(namespace)}/</span>
      {visibleText(name)}
    </span>
  )
}
