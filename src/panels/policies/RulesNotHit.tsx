import { useState } from 'react'

import { unreachable } from '../../lib/assert.ts'
import { formatCount, formatPlural, formatTime } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { isWhole, recordedWords } from '../../policy/usage/usage-words.ts'
import { useFlowtrace } from '../../state/client/flowtrace.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import { oldestKept } from '../../state/goldmane/kept-range.ts'
import { type HistoryStatus, useHistoryStatus } from '../../state/goldmane/use-history-status.ts'
import { type AskedUsage, type RuleUsageState, useRuleUsage } from '../../state/goldmane/use-rule-usage.ts'
import { Button } from '../../ui/Button.tsx'
import { UnhitPolicies } from './UnhitPolicies.tsx'

const HOUR = 3600
const DAY = 24 * HOUR
const CHOICES: readonly { readonly title: string; readonly seconds: number | null }[] = [
  { title: 'Last 24 h', seconds: DAY },
  { title: '7 days', seconds: 7 * DAY },
  { title: '30 days', seconds: 30 * DAY },
  { title: 'All that is held', seconds: null },
]

/** Which rules of the loaded policies have no hit in the history of the gateway. Empty for a source that is none. */
export function RulesNotHit() {
  const { open, history } = useFlowtrace().source
  if (!('endpoint' in open)) return null
  return (
    <section aria-label="Rules not hit" className="flex flex-col gap-2">
      <h3 className="text-xs font-semibold">Rules not hit</h3>
      {history === undefined ? (
        <p className="text-muted">
          With a history of the gateway (<code className="text-xs whitespace-nowrap">--history</code>) it is
          listed here which rules were not hit for days or months.
        </p>
      ) : (
        <Usage isRestricted={open.viewer !== undefined} />
      )}
    </section>
  )
}

function Usage({ isRestricted }: { isRestricted: boolean }) {
  const { history, trouble } = useHistoryStatus()
  const [choice, setChoice] = useState<(AskedUsage & { readonly title: string }) | null>(null)
  const state = useRuleUsage(choice)
  if (history === undefined)
    return (
      <p className="animate-late text-muted">
        {trouble === null
          ? 'Asking the gateway what it holds…'
          : `The history is not known now. ${trouble.say}`}
      </p>
    )
  if (oldestKept(history) === null) return <p className="text-muted">Nothing is stored in the history yet.</p>
  return (
    <>
      <p>Looks for rules of these policies that are in no recorded trace of a time up to now.</p>
      <div role="group" aria-label="Time" className="flex flex-wrap gap-1.5">
        {CHOICES.map(({ title, seconds }) => (
          <Button
            key={title}
            aria-pressed={title === choice?.title}
            className="aria-pressed:border-accent aria-pressed:bg-accent-soft phone:h-11"
            onClick={() =>
              setChoice({ title, range: rangeOf(history, seconds), asked: (choice?.asked ?? 0) + 1 })
            }
          >
            {title}
          </Button>
        ))}
      </div>
      <output className="text-xs text-muted empty:hidden">{progressWords(state)}</output>
      {state.step === 'done' ? <Answer {...state} isRestricted={isRestricted} /> : null}
    </>
  )
}

/** In whole hours, as the gateway answers: to the end of the one that has begun. `seconds`: null for all that is held. */
function rangeOf(history: HistoryStatus, seconds: number | null): TimeRange {
  const to = Math.ceil(history.now / HOUR) * HOUR
  const from = seconds === null ? (oldestKept(history) ?? to - HOUR) : to - seconds
  return { from: Math.min(from, to - HOUR), to }
}

function progressWords(state: RuleUsageState): string {
  switch (state.step) {
    case 'none':
    case 'done':
      return ''
    case 'asking':
      return 'Asking the history for hits…'
    case 'failed':
      return `Which rules were hit is not known. ${state.trouble.say}`
    default:
      return unreachable(state, 'state of the use of rules')
  }
}

function Answer({
  answer,
  report,
  isRestricted,
}: Pick<Extract<RuleUsageState, { step: 'done' }>, 'answer' | 'report'> & { isRestricted: boolean }) {
  const { listed, listedUnknown, notHit, notKnown, notLoaded } = report
  return (
    <>
      {answer.recorded.hours === 0 ? null : (
        <p className="font-medium">{summaryWords(report, isWhole(answer))}</p>
      )}
      <ul className="flex flex-col gap-0.5 text-xs text-muted">
        {recordedWords(answer, formatTime).map((words) => (
          <li key={words} className="break-words">
            {visibleText(words)}
          </li>
        ))}
        {isRestricted ? (
          <li>
            Flows that you may not see, if there are any, are not counted: they may have hit more rules.
          </li>
        ) : null}
        {notLoaded === 0 ? null : (
          <li>{formatPlural(notLoaded, 'policy', 'policies')} with hits, not among those that are loaded.</li>
        )}
      </ul>
      {answer.recorded.hours === 0 || listed.length === 0 ? null : (
        <>
          <UnhitPolicies name="Policies with rules not hit" policies={listed} from={answer.from} />
          <More all={notHit} listed={listed} />
        </>
      )}
      {answer.recorded.hours === 0 || listedUnknown.length === 0 ? null : (
        <>
          <p>Of {formatPlural(notKnown, 'rule')} no trace tells whether it was hit:</p>
          <UnhitPolicies name="Policies with rules not known" policies={listedUnknown} from={answer.from} />
          <More all={notKnown} listed={listedUnknown} />
        </>
      )}
    </>
  )
}

function More({ all, listed }: { all: number; listed: Parameters<typeof UnhitPolicies>[0]['policies'] }) {
  const more = all - listed.reduce((sum, { rules }) => sum + rules.length, 0)
  return more === 0 ? null : (
    <p className="text-xs text-muted">and {formatPlural(more, 'other rule')}, not listed</p>
  )
}

type Report = Extract<RuleUsageState, { step: 'done' }>['report']

function summaryWords({ rules, notHit, notKnown, unused }: Report, isAllRecorded: boolean): string {
  const time = isAllRecorded ? 'in this time' : 'in what was recorded of this time'
  if (rules === 0) return 'The loaded policies have no rules.'
  if (notHit === 0)
    return notKnown === 0 ? `Every rule was hit ${time}.` : `Every rule of which hits tell was hit ${time}.`
  const none = unused === 0 ? '' : `; ${formatPlural(unused, 'policy', 'policies')} had no hit at all`
  return `${formatCount(notHit)} of ${formatPlural(rules, 'rule')} ${notHit === 1 ? 'was' : 'were'} not hit ${time}${none}.`
}
