import { useMemo } from 'react'

import type { ClauseEffect } from '../../../filter/tree/clause-effects.ts'
import { clausesOf, without } from '../../../filter/tree/clauses.ts'
import { ALL } from '../../../filter/tree/expression.ts'
import { print } from '../../../filter/language/print.ts'
import {
  formatClocks,
  formatCount,
  formatDays,
  formatPlural,
  formatTime,
  formatZone,
} from '../../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../../state/client/flowtrace.ts'
import { useView } from '../../../state/view/navigation.ts'
import { clauseEffectsOf, countOf } from '../../../state/client/questions.ts'
import { useAnswer } from '../../../state/client/use-answer.ts'
import type { TimeRange } from '../../../state/client/time-range.ts'
import { useShownRange } from '../../../state/view/shown-range.ts'
import { isSliding, lengthInWords } from '../../../state/view/time-choice.ts'
import { Button } from '../../../ui/Button.tsx'
import { endingAt, positionOf } from './range-position.ts'
import { ScopeNote } from './ScopeNote.tsx'

/**
 * Shown when records are held and no row matches: how many records would match without each clause of the filter, and
 * without the time range, with a button that drops it.
 */
export function WhyEmpty() {
  const [{ filter, time }, navigate] = useView()
  const range = useShownRange()
  const { oldest, newest, records } = useSnapshot(({ status }) => status.holdings)
  const bisection = useAnswer(useMemo(() => clauseEffectsOf(filter, time), [filter, time]))
  const countQuestion = useMemo(() => (time === null ? null : countOf(filter, null)), [filter, time])
  const countAtAnyTime = useAnswer(countQuestion)
  const clauses = bisection?.clauses ?? []
  const maxCount = Math.max(1, countAtAnyTime ?? 0, ...clauses.map((clause) => clause.without))
  const position = range === null ? null : positionOf(range, { oldest, newest })
  const { history, open } = useFlowtrace().source
  const isPast = open.kind === 'history'
  // The range is being looked for in the history: what is held is still that of the live source.
  if (open.kind === 'live' && history !== undefined && position === 'before')
    return <p className="text-muted">Asking the history…</p>
  const outside = position === 'before' || position === 'after'
  const droppable = clausesOf(filter).length + (time === null ? 0 : 1)
  return (
    <>
      <h2 className="text-lg font-semibold">{titleOf(clausesOf(filter).length, time !== null)}</h2>
      <p className="text-muted">
        {formatPlural(records, 'record')} are held
        {oldest === null || newest === null ? '' : `, ${formatClocks(oldest, newest)} ${formatZone(newest)}`}.
        {droppable > 1 ? ' Without one of these there would be:' : ''}
      </p>
      {range !== null && outside && oldest !== null && newest !== null ? (
        <OutsideNote range={range} position={position} oldest={oldest} newest={newest} />
      ) : null}
      <ul aria-label="What each clause takes away" className="my-2 w-full border-t border-line">
        {clauses.map((effect) => (
          <DroppableRow
            key={print(effect.clause)}
            text={print(effect.clause)}
            count={effect.without}
            maxCount={maxCount}
            note={outside ? '' : noteOf(effect)}
            onDrop={() => navigate({ filter: without(filter, effect.clause) })}
          />
        ))}
        {time === null || countAtAnyTime === undefined ? null : (
          <DroppableRow
            text={rangeText(isSliding(time) ? `last ${lengthInWords(time.last)}` : 'range', range, outside)}
            count={countAtAnyTime}
            maxCount={maxCount}
            note=""
            onDrop={() => navigate({ time: null })}
          />
        )}
      </ul>
      {filter.kind === 'all' ? null : (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => navigate({ filter: ALL })}>Clear the filter</Button>
          {time === null ? null : (
            <Button onClick={() => navigate({ filter: ALL, time: null })}>
              Clear the filter and the time range
            </Button>
          )}
        </div>
      )}
      <ScopeNote />
      <p className="text-xs text-muted">
        Looking for an address? Goldmane records none: a NetworkSet gives an outside address a name that shows
        up here. Nor does it record a host endpoint’s own flows
        {isPast ? '' : ', or keep anything older than an hour'}.
      </p>
    </>
  )
}

function titleOf(clauses: number, hasRange: boolean): string {
  if (clauses === 0) return 'No record in this time range'
  return hasRange ? 'No record matches the filter in this time range' : 'No record matches the filter'
}

/** "last 15 min, 14:38:45 – 14:53:45 UTC"; with the date for a range outside of the records, where the time would mislead. */
function rangeText(name: string, range: TimeRange | null, outside: boolean): string {
  if (range === null) return name
  const { from, to } = range
  return `${name}, ${formatClocks(from, to)} ${outside ? `on ${formatDays(from, to)}` : formatZone(to)}`
}

/** For a clause that no record matches: the table stays empty whichever other clause is dropped. */
function noteOf({ alone }: ClauseEffect): string {
  return alone === 0 ? 'matches nothing by itself' : ''
}

/** Says that the time range and the records held do not overlap, and offers a range that does. */
function OutsideNote({
  range,
  position,
  oldest,
  newest,
}: {
  range: TimeRange
  position: 'before' | 'after'
  oldest: number
  newest: number
}) {
  const [, navigate] = useView()
  return (
    <div className="flex w-full flex-wrap items-center gap-2 rounded-[7px] border border-staged bg-staged-soft px-3 py-2">
      <p className="min-w-0 flex-1 basis-60">
        {position === 'before'
          ? `The time range ends before the data begins, at ${formatTime(oldest)}.`
          : `The time range begins after the newest data, of ${formatTime(newest)}.`}
      </p>
      <Button onClick={() => navigate({ time: endingAt(range, newest) })}>Move it to the newest</Button>
      <Button onClick={() => navigate({ time: null })}>Show everything held</Button>
    </div>
  )
}

/** A clause or the time range, with a bar for the number of records that would match without it. */
function DroppableRow({
  text,
  count,
  maxCount,
  note,
  onDrop,
}: {
  text: string
  count: number
  /** The count whose bar has the full length. */
  maxCount: number
  note: string
  onDrop: () => void
}) {
  return (
    <li className="grid grid-cols-[1fr_4rem_auto] items-center gap-3 border-b border-line-soft py-1.5 sm:grid-cols-[1fr_7.5rem_auto]">
      <span className="min-w-0">
        <code className="block truncate text-xs" title={text}>
          {text}
        </code>
        {note === '' ? null : <span className="text-2xs text-muted">{note}</span>}
      </span>
      <span className="h-1">
        <span
          className="block h-full rounded-full bg-accent"
          style={{ width: count === 0 ? 0 : `max(4px, ${(count / maxCount) * 100}%)` }}
        />
      </span>
      <button
        type="button"
        aria-label={`Drop ${text}: ${formatCount(count)} would match`}
        onClick={onDrop}
        className={`rounded-sm text-right text-xs hover:underline ${count === 0 ? 'text-muted' : 'text-accent'}`}
      >
        {formatCount(count)} · drop it
      </button>
    </li>
  )
}
