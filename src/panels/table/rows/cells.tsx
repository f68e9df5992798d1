/** What the cells of a row show. */
import type { FlowKey } from '../../../flows/flow.ts'
import { verdictChange, verdictOf } from '../../../flows/hit.ts'
import { displayName } from '../../../flows/spelling.ts'
import { unreachable } from '../../../lib/assert.ts'
import { formatAge, formatClock, formatCount, formatMinute, formatTime } from '../../../lib/format.ts'
import { useNow } from '../../../state/use-now.ts'
import { useSnapshot } from '../../../state/client/flowtrace.ts'
import { useView } from '../../../state/view/navigation.ts'
import type { Row } from '../../../state/client/rows.ts'
import { describeAction } from '../../../state/action-words.ts'
import { compactTrace } from '../../../trace/ladder/compact-trace.ts'
import { Chip } from '../../../ui/Chip.tsx'
import { Mark } from '../../../ui/VerdictBadge.tsx'
import { Sparkline } from '../../../ui/Sparkline.tsx'
import { isNew } from './novelty.ts'
import { useTableLayout } from '../layout/table-layout.ts'
import { useBaseline } from './use-baseline.ts'

/** How long ago while live, the time of day in a capture: its flows are as old as they are. */
export function Seen({ row }: { row: Row }) {
  const live = useSnapshot(
    ({ status }) => status.source.state === 'live' || status.source.state === 'reconnecting',
  )
  const [{ shape }] = useView()
  const { twoLines } = useTableLayout()
  const at = row.lastSeen
  if (at === 0) return <span className="text-faint">no time</span>
  return (
    <>
      <time dateTime={new Date(at * 1000).toISOString()} title={formatTime(at)} className="text-muted">
        {live ? <Age at={at} /> : formatClock(at)}
      </time>
      {shape === 'signatures' && !twoLines ? <Since row={row} /> : null}
    </>
  )
}

/** The time of day, in a live view too: of what goes on since an hour ago the age says less. */
export function FirstSeen({ at }: { at: number }) {
  if (at === 0) return <span className="text-faint">no time</span>
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={formatTime(at)} className="text-muted">
      {formatClock(at)}
    </time>
  )
}

/** Since when there are such flows: the first record in view. */
function Since({ row }: { row: Row }) {
  const baseline = useBaseline()
  const { brief } = useTableLayout()
  const isBrief = brief.includes('seen')
  const since = `since ${formatMinute(row.firstSeen)}`
  const fresh = isNew(row, baseline)
  return (
    <time
      dateTime={new Date(row.firstSeen * 1000).toISOString()}
      title={`First seen ${formatTime(row.firstSeen)}${fresh && baseline.known ? `; in nothing held before ${formatTime(baseline.since)}` : ''}`}
      className="ml-1.5 text-2xs text-faint"
    >
      {fresh ? <Chip look="dashed">new{isBrief ? '' : ` ${since}`}</Chip> : isBrief ? null : since}
    </time>
  )
}

/** Connections started, with their course; where they were not recorded the records of a signature. */
export function Attempts({ row }: { row: Row }) {
  const [{ shape }] = useView()
  const { twoLines, brief } = useTableLayout()
  const figureOnly = shape === 'intervals' || twoLines
  const count = row.numConnectionsStarted ?? (shape === 'signatures' ? row.records : null)
  return (
    <span
      className="flex items-center justify-end gap-2"
      title={
        row.numConnectionsStarted === null
          ? 'Connections are not in the record; counted are records'
          : undefined
      }
    >
      {figureOnly || brief.includes('conns') ? null : (
        <Sparkline values={row.trend} tone={row.key.action === 'Deny' ? 'deny' : 'quiet'} />
      )}
      <span className={figureOnly ? '' : 'min-w-9 text-right'}>
        {count === null ? <span className="text-faint">–</span> : formatCount(count)}
      </span>
    </span>
  )
}

function Age({ at }: { at: number }) {
  const now = useNow()
  return <>{formatAge(now - at)}</>
}

/** What was done; where the pending column gave way, also what would be done otherwise. */
export function Verdict({ flowKey }: { flowKey: FlowKey }) {
  const { twoLines, gaveWay } = useTableLayout()
  const would = gaveWay.includes('pending') && verdictChange(flowKey.policies) === 'yes'
  return (
    <span className={`flex ${twoLines ? 'flex-col items-start' : 'min-w-0 items-center gap-2'}`}>
      <Mark {...describeAction(flowKey.action)} /> {would ? <Would flowKey={flowKey} /> : null}
    </span>
  )
}

function Would({ flowKey: { policies } }: { flowKey: FlowKey }) {
  const would = `would ${describeAction(verdictOf(policies.pending)).word.toLowerCase()}`
  return (
    <span title={`With the staged policies enforced: ${would}`} className="min-w-0 truncate">
      <Chip look="dashed">{would}</Chip>
    </span>
  )
}

/** Quiet where staged policies change nothing; a dashed chip where they would. */
export function Pending({ flowKey }: { flowKey: FlowKey }) {
  const { policies } = flowKey
  const change = verdictChange(policies)
  switch (change) {
    case 'unknown':
      return <span className="text-faint">not computed</span>
    case 'no':
      return <span className="text-muted">same</span>
    case 'yes':
      return <Would flowKey={flowKey} />
    default:
      return unreachable(change, 'change of verdict')
  }
}

/** Which hit decided: its tier, its policy, and its rule as people count. The rule stays in sight, the name is cut; its namespace is in the tip. */
export function DecidedBy({ flowKey }: { flowKey: FlowKey }) {
  const trace = compactTrace(flowKey.policies.enforced)
  const { twoLines, brief } = useTableLayout()
  if (trace === null) return <span className="text-faint">not in the record</span>
  const { tier, policy, at, text } = trace
  return (
    <span className="flex min-w-0 items-center gap-1.5" title={text}>
      {twoLines || brief.includes('decided') ? null : (
        <Chip fit="max-w-2/5 flex-none truncate">{tier === '' ? '–' : tier}</Chip>
      )}{' '}
      {policy === null ? null : <code className="min-w-0 truncate text-xs">{policy.name}</code>}{' '}
      <span className={`text-muted ${twoLines ? 'min-w-8 truncate' : 'flex-none'}`}>{at}</span>
    </span>
  )
}

export function Port({ flowKey }: { flowKey: FlowKey }) {
  const hasPort = !/^icmp6?$/.test(flowKey.proto)
  return (
    <code className="text-xs">
      {flowKey.proto}
      {hasPort ? ` ${flowKey.destPort}` : ''}
    </code>
  )
}

export function Service({ flowKey }: { flowKey: FlowKey }) {
  const { destServiceName: name, destServiceNamespace: namespace } = flowKey
  if (name === '') return <span className="text-faint">not recorded</span>
  if (name === '-') return <span className="text-faint">–</span>
  return (
    <span className="block truncate font-mono text-xs" title={`${namespace}/${name}`}>
      <span className="text-muted">{namespace}/</span>
      {displayName(name)}
    </span>
  )
}
