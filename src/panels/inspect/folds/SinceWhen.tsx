import { unreachable } from '../../../lib/assert.ts'
import { formatAge, formatTime } from '../../../lib/format.ts'
import { useNow } from '../../../state/use-now.ts'
import { useReadHistory } from '../../../state/client/read-history.ts'
import type { Row } from '../../../state/client/rows.ts'
import { type SeenAnswer, useSeen } from '../../../state/goldmane/use-seen.ts'
import { conversationQuery } from '../../../state/view/conversation-query.ts'
import { readRangeAlone, unsummedPart } from '../../../state/view/history-range.ts'
import { policyOf, triggerOf } from '../../../trace/words/policy-label.ts'
import { verdictWords } from '../../../trace/words/verdict-words.ts'
import { Button } from '../../../ui/Button.tsx'
import { seenTimes, type SeenTimes, type VerdictChange } from './seen-times.ts'

/** What `server/bridge/hidden-names.ts` writes in place of a name. */
const HIDDEN_NAME = /^hidden-[0-9a-f]{12}$/

/** Since when the history has this conversation, and when its verdict changed. Empty where the source has no history. */
export function SinceWhen({ row }: { row: Row }) {
  const { data: seen, trouble, hasHistory } = useSeen(row.key)
  if (!hasHistory) return null
  return (
    <section
      aria-label="Since when"
      className="mt-3 min-h-17 rounded-[9px] border border-line px-3 py-2 text-xs"
    >
      {hasHiddenEnd(row.key) ? (
        <p className="text-muted">Since when cannot be told: the name of one end is hidden from you.</p>
      ) : trouble !== null ? (
        <p className="text-muted">Since when is not known now. {trouble.say}</p>
      ) : seen === undefined || seen === null ? (
        <p className="animate-late text-muted">Asking the history since when…</p>
      ) : (
        <Times times={seenTimes(seen, row.key)} incomplete={seen.incomplete} />
      )}
      <Unsummed row={row} />
    </section>
  )
}

/** Whether the gateway hides an end from this viewer: the history cannot be asked by a name that stands for it. */
function hasHiddenEnd({ sourceNamespace, sourceName, destNamespace, destName }: Row['key']): boolean {
  return (
    (sourceNamespace === 'hidden' && HIDDEN_NAME.test(sourceName)) ||
    (destNamespace === 'hidden' && HIDDEN_NAME.test(destName))
  )
}

function Times({ times, incomplete }: { times: SeenTimes | null; incomplete: string | null }) {
  const now = useNow(false)
  if (times === null) return <p className="text-muted">The history has no record of this yet.</p>
  const { first, mayBeOlder, last, change } = times
  return (
    <dl className="grid grid-cols-[6.75rem_1fr] gap-x-3 gap-y-0.5">
      <dt className="text-muted">First seen</dt>
      <dd>
        <time title={formatTime(first)}>{formatTime(first)}</time>
        {mayBeOlder !== null ? (
          <span className="text-muted">, or before: {mayBeOlder}</span>
        ) : (
          <span className="text-muted">, {formatAge(now - first)} ago</span>
        )}
      </dd>
      <dt className="text-muted">Last seen</dt>
      <dd>
        {formatTime(last)}
        <span className="text-muted">, {formatAge(now - last)} ago</span>
      </dd>
      <dt className="text-muted">Verdict</dt>
      <dd>{change === null ? unchangedWords(times) : <Change change={change} />}</dd>
      {incomplete === null ? null : (
        <dd className="col-span-2 text-muted">A part is missing: {incomplete}.</dd>
      )}
    </dl>
  )
}

function unchangedWords({ mayBeOlder }: SeenTimes): string {
  return mayBeOlder === 'older verdicts are not listed' ? 'the same since then' : 'the same all the time'
}

function Change({ change }: { change: VerdictChange }) {
  const { now } = change
  return (
    <>
      <strong className={`font-semibold ${now.action === 'Deny' ? 'text-deny' : ''}`}>
        {verdictWords(now.action, now.reporter)}
      </strong>
      {deciderWords(now)}
      <ChangeTimes change={change} />
    </>
  )
}

function ChangeTimes({ change: { now, other, otherWas } }: { change: VerdictChange }) {
  const before = `${verdictWords(other.action, other.reporter).toLowerCase()}${deciderWords(other)}`
  switch (otherWas) {
    case 'before':
      return (
        <>
          {' '}
          since {formatTime(now.first)}
          <span className="text-muted">; before that {before}</span>
        </>
      )
    case 'before and beside':
      return (
        <>
          {' '}
          since {formatTime(now.first)}
          <span className="text-muted">
            , and {before} as well, until {formatTime(other.last)}
          </span>
        </>
      )
    case 'within':
      return (
        <span className="text-muted">
          ; from {formatTime(other.first)} to {formatTime(other.last)} {before} as well
        </span>
      )
    default:
      return unreachable(otherWas, 'place of a verdict')
  }
}

function deciderWords({ hit }: SeenAnswer['verdicts'][number]): string {
  const policy = hit === null ? null : (policyOf(hit) ?? triggerOf(hit))
  return policy === null ? '' : ` by ${policy.path}`
}

/** Of a record that sums minutes or hours: the way to the records of 15 s that it sums. */
function Unsummed({ row }: { row: Row }) {
  const history = useReadHistory()
  if (history === null || history.step === null || history.step <= 15) return null
  const { firstSeen, lastSeen } = row
  const range = unsummedPart({ from: firstSeen, to: lastSeen })
  const isCut = range.from > firstSeen
  return (
    <p className="mt-1.5 flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className="text-muted">Each record here sums {formatAge(history.step)}.</span>
      <Button
        onClick={() =>
          readRangeAlone(range, { filter: conversationQuery(row.key), shape: 'intervals', open: null })
        }
      >
        {isCut ? 'Its last 24 h, unsummed' : 'Its records, unsummed'}
      </Button>
    </p>
  )
}
