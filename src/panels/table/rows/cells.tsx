/** The contents of the cells: a component for each column. */
import { useMemo } from 'react'

import { displayNamespace } from '../../../flows/spelling.ts'
import { formatAge, formatClock, formatTime } from '../../../lib/format.ts'
import { visibleText } from '../../../lib/visible-text.ts'
import { useClusterNow, useIsStreaming } from '../../../state/client/source-status.ts'
import { shownValue } from '../../../state/view/filter-actions.ts'
import { compactTrace } from '../../../trace/ladder/compact-trace.ts'
import { pendingWords } from '../../../trace/words/verdict-words.ts'
import { Sparkline } from '../../../ui/Sparkline.tsx'
import { fitName } from '../layout/end-names.ts'
import { textWidth } from '../layout/text-width.ts'
import { EndName } from './EndName.tsx'
import { HighlightIcon } from './HighlightIcon.tsx'
import { allPorts, portWords } from './port-words.ts'
import { useRowLook } from './row-look.ts'
import { measureTitle, SCAN_RULE, scanWords, sumOf, sumWords } from './row-words.ts'
import type { FlowCell } from './table-features.ts'
import { VerdictCell } from './VerdictCell.tsx'

export function Verdict({ row }: FlowCell) {
  const { highlight, selected, areDenialsAsked } = useRowLook()
  const isAskedFor = highlight === 'highlighted' || (areDenialsAsked && row.original.key.action === 'Deny')
  return (
    <>
      <HighlightIcon highlight={highlight} />
      <VerdictCell row={row.original} isEmphasised={selected || isAskedFor} />
    </>
  )
}

export function Source() {
  return <EndName {...useRowLook().ends.shown[0]} />
}

export function Destination() {
  return <EndName {...useRowLook().ends.shown[1]} />
}

/** When the row was last seen: its age in a live view, which ticks; the time of day in a capture, whose flows do not age. */
export function Seen({ row }: FlowCell) {
  const at = row.original.lastSeen
  const live = useIsStreaming()
  if (at === 0) return <span className="text-faint">no time</span>
  return (
    <time
      dateTime={new Date(at * 1000).toISOString()}
      title={formatTime(at)}
      className="block grows-left text-muted"
    >
      {live ? <Age at={at} /> : formatClock(at)}
    </time>
  )
}

function Age({ at }: { at: number }) {
  const now = useClusterNow()
  return <>{formatAge(now - at)}</>
}

/** When the row was first seen: a time of day, also in a live view, where an age of "1 h" would tell less. */
export function FirstSeen({ row }: FlowCell) {
  const at = row.original.firstSeen
  if (at === 0) return <span className="text-faint">no time</span>
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={formatTime(at)} className="text-muted">
      {formatClock(at)}
    </time>
  )
}

/** The row's sum of the measure that the reader chose, beside its course on a scale that all rows share. */
export function Count({ row: { original: row } }: FlowCell) {
  const { layout, ceiling } = useRowLook()
  const { measure, hasBars } = layout
  const isRecorded = sumOf(row, measure) !== null
  return (
    <>
      <span className={`flex-none ${hasBars ? '' : 'hidden'}`}>
        <Sparkline
          values={isRecorded ? row.trend : []}
          ceiling={ceiling}
          tone={row.key.action === 'Deny' ? 'deny' : 'allow'}
        />
      </span>
      <span
        title={isRecorded ? undefined : `${measureTitle(measure)} are not in the record`}
        className={`min-w-0 flex-1 grows-left group-data-[layout=phone]/grid:font-semibold ${isRecorded ? '' : 'text-2xs leading-[13px] text-faint'}`}
      >
        {sumWords(row, measure)}
      </span>
    </>
  )
}

/** What staged policies, once enforced, would change: blank where nothing. */
export function Pending({ row }: FlowCell) {
  const { state, text, title } = pendingWords(row.original.key)
  return (
    <span className={`truncate ${state === 'differs' ? 'text-staged' : 'text-faint'}`} title={title}>
      {text}
    </span>
  )
}

/** A policy's name beside its tier, without the tier as prefix, which Calico's own policies have. */
function nameInTier(name: string, tier: string): string {
  const prefix = `${tier}.`
  return tier !== 'default' && name.startsWith(prefix) && name.length > prefix.length
    ? name.slice(prefix.length)
    : name
}

/** Pixels that the words after a policy keep, as long as `rule 12` is. */
const DECIDED_WORDS_WIDTH = 52
/** A tier's chip at its widest, its frame and the gap after it. */
const MAX_TIER_WIDTH = 128
const TIER_FRAME = 16

const monoWidth = (text: string) => textWidth(text, 'mono')

/** What decided: tier, policy and rule (counted from 1). The words give way before the policy's name does. */
export function DecidedBy({ row }: FlowCell) {
  const flowKey = row.original.key
  const { kind, decidedWidth } = useRowLook().layout
  const { known, tier, policy, at, text } = useMemo(() => compactTrace(flowKey), [flowKey])
  const hasTier = known && tier !== '' && kind !== 'phone'
  const room =
    decidedWidth -
    (hasTier ? Math.min(MAX_TIER_WIDTH, monoWidth(tier) + TIER_FRAME) : 0) -
    (kind === 'wide' ? 0 : DECIDED_WORDS_WIDTH)
  const name = policy === null ? '' : fitName(visibleText(nameInTier(policy.name, tier)), room, monoWidth)
  return (
    <>
      <span className="flex h-[17px] min-w-0 items-center gap-1" title={text}>
        <span
          className={`max-w-32 flex-none truncate rounded-[4px] border border-line px-1.25 font-mono text-2xs leading-[14px] text-muted ${hasTier ? '' : 'hidden'}`}
        >
          {tier}
        </span>
        <code className={`truncate text-[11.5px] ${known && kind === 'wide' ? 'text-ink' : ''}`}>{name}</code>
      </span>
      <span className="min-w-12 shrink-100 truncate" title={text}>
        {at}
      </span>
    </>
  )
}

/** The ports that the source asked for, and whether they look like a scan. */
export function Ports({ row: { original: row } }: FlowCell) {
  const { kind, portsWidth } = useRowLook().layout
  const { key, ports, portCount } = row
  const known = ports.length > 0 ? ports : [{ proto: key.proto, port: key.destPort }]
  const total = Math.max(portCount, known.length)
  const { head, more, tail } = portWords(known, total, (text) => monoWidth(text) <= portsWidth)
  const scan = scanWords(row)
  return (
    <>
      <span
        className="truncate font-mono text-[11.5px] leading-[17px]"
        title={total > 1 ? allPorts(known, total) : undefined}
      >
        {/* What stands after a text that changed is a new element: at another place it would count as a shift. */}
        <span>{head}</span>
        <span key={`more ${head}`} className="text-muted">
          {more}
        </span>
        <span key={`tail ${head}${more}`}>{tail}</span>
      </span>
      <span
        title={SCAN_RULE}
        className={`w-fit max-w-full flex-none truncate rounded-[4px] bg-deny-soft px-1.5 text-2xs leading-[17px] text-deny ${scan === '' ? 'hidden' : ''}`}
      >
        {scan !== '' && kind === 'phone' ? 'scan?' : scan}
      </span>
    </>
  )
}

export function Service({ row }: FlowCell) {
  const { destServiceName: name, destServiceNamespace: namespace } = row.original.key
  if (name === '') return <span className="text-faint">not recorded</span>
  if (name === '-') return <span className="text-faint">–</span>
  const path = `${displayNamespace(namespace)}/${visibleText(name)}`
  return (
    <span className="truncate font-mono text-[11.5px]" title={path}>
      {path}
    </span>
  )
}

export function ReporterName({ row }: FlowCell) {
  const { reporter } = row.original.key
  return shownValue({ field: 'reporter', value: reporter })
}

export function Bytes({ row }: FlowCell) {
  return sumWords(row.original, 'bytes')
}

export function Packets({ row }: FlowCell) {
  return sumWords(row.original, 'packets')
}
