import { useMemo } from 'react'

import type { ClauseEffect } from '../../../filter/tree/bisect.ts'
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
import { useSnapshot } from '../../../state/client/flowtrace.ts'
import { useView } from '../../../state/view/navigation.ts'
import { useAnswer } from '../../../state/client/use-question.ts'
import type { TimeRange } from '../../../state/client/rows.ts'
import { useSeenRange } from '../../../state/view/seen-range.ts'
import { isSliding, lengthInWords } from '../../../state/view/time-choice.ts'
import { Button } from '../../../ui/Button.tsx'
import { atNewest, liesOf } from './range-position.ts'
import { ScopeNote } from './ScopeNote.tsx'

/** Which clause, or the time window, took everything away, and the way back from each. */
export function WhyEmpty() {
  const [{ filter, time }, navigate] = useView()
  const seen = useSeenRange()
  const { oldest, newest, records } = useSnapshot(({ status }) => status.holdings)
  const bisection = useAnswer(useMemo(() => ({ about: 'clauses', filter, time }) as const, [filter, time]))
  const everAsked = useMemo(
    () => (time === null ? null : ({ about: 'count', filter, time: null } as const)),
    [filter, time],
  )
  const ever = useAnswer(everAsked)
  const clauses = bisection?.clauses ?? []
  const most = Math.max(1, ever ?? 0, ...clauses.map((clause) => clause.without))
  const lies = seen === null ? null : liesOf(seen, { oldest, newest })
  const outside = lies === 'before' || lies === 'after'
  const asked = clausesOf(filter).length + (time === null ? 0 : 1)
  return (
    <>
      <h2 className="text-lg font-semibold">{titleOf(clausesOf(filter).length, time !== null)}</h2>
      <p className="text-muted">
        {formatPlural(records, 'record')} are held
        {oldest === null || newest === null ? '' : `, ${formatClocks(oldest, newest)} ${formatZone(newest)}`}.
        {asked > 1 ? ' Without one of these there would be:' : ''}
      </p>
      {seen !== null && lies !== null && newest !== null ? (
        <Outside time={seen} lies={lies} oldest={oldest} newest={newest} />
      ) : null}
      <ul aria-label="What each clause takes away" className="my-2 w-full border-t border-line">
        {clauses.map((effect) => (
          <Effect
            key={print(effect.clause)}
            text={print(effect.clause)}
            count={effect.without}
            most={most}
            note={outside ? '' : noteOf(effect)}
            onDrop={() => navigate({ filter: without(filter, effect.clause) })}
          />
        ))}
        {time === null || ever === undefined ? null : (
          <Effect
            text={windowText(isSliding(time) ? `last ${lengthInWords(time.last)}` : 'window', seen, outside)}
            count={ever}
            most={most}
            note=""
            onDrop={() => navigate({ time: null })}
          />
        )}
      </ul>
      {filter.kind === 'all' ? null : (
        <Button onClick={() => navigate({ filter: ALL })}>Clear the filter</Button>
      )}
      <ScopeNote />
      <p className="text-xs text-muted">
        Looking for an address? Goldmane records none: a NetworkSet gives an outside address a name that shows
        up here. Nor does it record a host endpoint’s own flows, or keep anything older than an hour.
      </p>
    </>
  )
}

function titleOf(clauses: number, windowed: boolean): string {
  if (clauses === 0) return 'No flow in this time range'
  return windowed ? 'No flow matches the filter in this time range' : 'No flow matches the filter'
}

/** "last 15 min, 14:38:45 – 14:53:45 UTC". Of another day (`outside`) the time alone would mislead. */
function windowText(name: string, seen: TimeRange | null, outside: boolean): string {
  if (seen === null) return name
  const { from, to } = seen
  return `${name}, ${formatClocks(from, to)} ${outside ? `on ${formatDays(from, to)}` : formatZone(to)}`
}

/** A clause that nothing satisfies stays empty whatever else is dropped. */
function noteOf({ alone }: ClauseEffect): string {
  return alone === 0 ? 'matches nothing by itself' : ''
}

function Outside({
  time,
  lies,
  oldest,
  newest,
}: {
  time: TimeRange
  lies: 'before' | 'after' | 'within'
  oldest: number | null
  newest: number
}) {
  const [, navigate] = useView()
  if (lies === 'within' || oldest === null) return null
  return (
    <div className="flex w-full flex-wrap items-center gap-2 rounded-[7px] border border-staged bg-staged-soft px-3 py-2">
      <p className="min-w-0 flex-1 basis-60">
        {lies === 'before'
          ? `The time window ends before the data begins, at ${formatTime(oldest)}.`
          : `The time window begins after the newest data, of ${formatTime(newest)}.`}
      </p>
      <Button onClick={() => navigate({ time: atNewest(time, newest) })}>Move it to the newest</Button>
      <Button onClick={() => navigate({ time: null })}>Show everything held</Button>
    </div>
  )
}

function Effect({
  text,
  count,
  most,
  note,
  onDrop,
}: {
  text: string
  count: number
  most: number
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
          style={{ width: count === 0 ? 0 : `max(4px, ${(count / most) * 100}%)` }}
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
