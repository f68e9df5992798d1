import { type ReactNode, useState } from 'react'

import { formatPlural } from '../../lib/format.ts'
import { fromLocalText, toLocalText } from '../../lib/local-time.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import {
  AROUND_SECONDS,
  type CompareChoice,
  presetsOf,
  type SideName,
  whyNotHeld,
} from '../../state/compare/compare-choice.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { lengthWords } from '../../lib/length-words.ts'
import { usePolicyMoments } from '../../state/compare/policy-moments.ts'
import { Button } from '../../ui/Button.tsx'
import { TimeField } from '../../ui/TimeField.tsx'
import { datedMinutes, formatDayMinute } from './window-length.ts'

/** Sets the moment, and how long before and after it. */
export function AroundPanel({
  choice,
  held,
  onChoose,
}: {
  choice: Extract<CompareChoice, { kind: 'around' }>
  held: TimeRange | null
  onChoose: (choice: CompareChoice) => void
}) {
  const [text, setText] = useState(toLocalText(choice.moment))
  const moment = fromLocalText(text)
  const changes = usePolicyMoments(held)
  const lengths = [...new Set<number>([...AROUND_SECONDS, choice.seconds])].sort((a, b) => a - b)
  return (
    <>
      {changes.length === 0 ? null : (
        <section aria-label="Policy changes" className="w-84 max-w-full border-b border-line p-1.5 text-xs">
          <h3 className="px-2 py-1 text-2xs text-muted">Around a change of the loaded policies</h3>
          <ul>
            {changes.map(({ time, names }) => (
              <li key={time}>
                <button
                  type="button"
                  title={names.join(', ')}
                  onClick={() => onChoose({ ...choice, moment: time })}
                  className="flex h-8 w-full items-center gap-2 rounded-md px-2 hover:bg-sunken phone:h-11"
                >
                  <span className="truncate">
                    {visibleText(names[0] ?? '')}
                    {names.length > 1 ? ` and ${formatPlural(names.length - 1, 'other')}` : ''}
                  </span>
                  <span className="ml-auto text-2xs whitespace-nowrap text-muted">
                    {formatDayMinute(time)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <TimesForm
        isRight={moment !== null}
        wrong="A moment is a date and a time."
        onSubmit={() => {
          if (moment !== null) onChoose({ ...choice, moment })
        }}
      >
        <TimeField title="Moment" text={text} onChange={setText} />
        <p className="col-span-3 text-muted">Before and after</p>
        <div className="col-span-3 flex flex-wrap gap-1" role="group" aria-label="How long before and after">
          {lengths.map((seconds) => (
            <Button
              key={seconds}
              aria-pressed={seconds === choice.seconds}
              className="aria-pressed:border-accent aria-pressed:bg-accent-soft"
              onClick={() => onChoose({ ...choice, moment: moment ?? choice.moment, seconds })}
            >
              {lengthWords(seconds)}
            </Button>
          ))}
        </div>
      </TimesForm>
    </>
  )
}

/** Sets one window: from the other one, or by two times. */
export function WindowPanel({
  side,
  choice,
  window,
  held,
  onChoose,
}: {
  side: SideName
  choice: CompareChoice
  window: TimeRange
  held: TimeRange | null
  onChoose: (choice: CompareChoice) => void
}) {
  const [from, setFrom] = useState(toLocalText(window.from))
  const [to, setTo] = useState(toLocalText(window.to))
  const [start, end] = [fromLocalText(from), fromLocalText(to)]
  const range = start !== null && end !== null && start < end ? { from: start, to: end } : null
  const choose = (next: TimeRange): void => {
    if (choice.kind === 'windows') onChoose({ ...choice, [side]: next })
  }
  return (
    <>
      <ul className="w-84 max-w-full border-b border-line p-1.5 text-xs">
        {(held === null ? [] : presetsOf(side, choice, held)).map(({ title, range: preset }) => {
          const why = held === null ? null : whyNotHeld(preset, held, formatDayMinute)
          return (
            <li key={title}>
              <button
                type="button"
                disabled={why !== null}
                onClick={() => choose(preset)}
                className="flex h-8 w-full items-center gap-2 rounded-md px-2 hover:bg-sunken disabled:text-muted disabled:hover:bg-transparent phone:h-11"
              >
                {title}
                <span className="ml-auto text-2xs whitespace-nowrap text-muted">
                  {why ?? datedMinutes(preset)}
                </span>
              </button>
            </li>
          )
        })}
      </ul>
      <TimesForm
        isRight={range !== null}
        wrong="A window needs a beginning, and an end after it."
        onSubmit={() => {
          if (range !== null) choose(range)
        }}
      >
        <TimeField title="From" text={from} onChange={setFrom} />
        <TimeField title="To" text={to} onChange={setTo} />
      </TimesForm>
    </>
  )
}

function TimesForm({
  isRight,
  wrong,
  onSubmit,
  children,
}: {
  isRight: boolean
  wrong: string
  onSubmit: () => void
  children: ReactNode
}) {
  return (
    <form
      className="grid w-84 max-w-full grid-cols-[auto_1fr_auto] items-center gap-2 p-3 text-xs"
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {children}
      <p className="col-span-3 flex items-center justify-between gap-3 text-2xs text-muted" role="status">
        {isRight ? <span>Or drag on the timeline.</span> : <span className="text-deny">{wrong}</span>}
        <Button type="submit" disabled={!isRight}>
          Apply
        </Button>
      </p>
    </form>
  )
}
