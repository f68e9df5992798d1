/** The contents of the cells: a component for each column. */
import { displayNamespace } from '../../../flows/spelling.ts'
import { formatAge, formatClock, formatTime } from '../../../lib/format.ts'
import { visibleText } from '../../../lib/visible-text.ts'
import { useClusterNow, useIsStreaming } from '../../../state/client/source-status.ts'
import { shownValue } from '../../../state/view/filter-actions.ts'
import { pendingWords } from '../../../trace/words/verdict-words.ts'
import { Sparkline } from '../../../ui/Sparkline.tsx'
import { EndName } from './EndName.tsx'
import { fittedPorts } from './fitted-ports.ts'
import { HighlightIcon } from './HighlightIcon.tsx'
import { useRowLook } from './row-look.ts'
import { measureTitle, SCAN_RULE, sumOf, sumWords } from './row-words.ts'
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

/** The ports that the source asked for, and whether they look like a scan. */
export function Ports({ row: { original: row } }: FlowCell) {
  const { head, more, tail, scan, title } = fittedPorts(row, useRowLook().layout)
  return (
    <>
      <span className="truncate font-mono text-[11.5px] leading-[17px] tracking-[-0.01em]" title={title}>
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
        {scan}
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
