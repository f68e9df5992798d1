import { useMemo } from 'react'

import type { Expression } from '../../filter/tree/expression.ts'
import { only } from '../../filter/tree/clauses.ts'
import { print } from '../../filter/language/print.ts'
import { formatCount, formatPlural } from '../../lib/format.ts'
import { useScope } from '../../state/client/flowtrace.ts'
import { useView } from '../../state/view/navigation.ts'
import { topRowsOf } from '../../state/client/questions.ts'
import { useIsPartial } from '../../state/client/source-status.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import type { RequestedRange } from '../../state/client/time-range.ts'
import { promotions } from '../../trace/compare/promotions.ts'
import { PromotionCard } from './PromotionCard.tsx'

/** Flows that are compared: those with the most connections. */
const MAX_COMPARED_FLOWS = 1000

/** The effect of enforcing the staged policies on the flows that match the filter, by policy. */
export function StagedChanges() {
  const [{ filter, time }] = useView()
  const scope = useScope()
  const isPartial = useIsPartial()
  const questions = useMemo(
    () => ({
      changed: rowsWith(only(filter, 'changed', 'yes'), time, MAX_COMPARED_FLOWS),
      unknown: rowsWith(only(filter, 'changed', 'unknown'), time, 0),
      same: rowsWith(only(filter, 'changed', 'no'), time, 0),
    }),
    [filter, time],
  )
  const changed = useAnswer(questions.changed)
  const unknown = useAnswer(questions.unknown)
  const same = useAnswer(questions.same)
  const found = useMemo(() => (changed === undefined ? null : promotions(changed.rows)), [changed])
  if (changed === undefined || unknown === undefined || same === undefined || found === null) {
    return <p className="p-6 text-muted">Comparing enforced and pending…</p>
  }
  const incomparable = unknown.total + found.incomparable
  return (
    <section aria-label="Staged changes" className="min-h-0 overflow-y-auto bg-page px-4 py-5">
      <div className="mx-auto grid max-w-3xl gap-4">
        <header>
          <h2 className="text-lg font-semibold tracking-tight">What the staged policies would change</h2>
          <p className="mt-1 text-muted">
            Each flow carries two verdicts: what happened, and what would happen with the staged policies
            enforced. {summary(changed.total, same.total, incomparable)}
          </p>
          {isPartial ? (
            <p className="mt-1 font-medium text-staged" role="note">
              Flows are still being read: this is about what was read so far, and more may change.
            </p>
          ) : null}
          {scope === null ? null : (
            <p className="mt-1 text-muted">
              Only flows of the scope <code className="text-xs text-ink">{print(scope)}</code> are compared:
              more may change outside of it.
            </p>
          )}
        </header>
        {found.changes.map((promotion) => (
          <PromotionCard key={JSON.stringify(promotion.policy)} promotion={promotion} />
        ))}
        {found.changes.length === 0 ? <Nothing incomparable={incomparable} same={same.total} /> : null}
        <ul className="grid gap-1 text-xs text-muted">
          {changed.total > changed.rows.length ? (
            <li>
              Counted are the {formatCount(changed.rows.length)} flows with the most connections, of{' '}
              {formatCount(changed.total)} that would change.
            </li>
          ) : null}
          <li>
            A pair is a source and a destination: it counts once, over whichever ports and though both ends
            may report it. Each of its ports has a line.
          </li>
          <li>A staged deletion never reaches the evaluation, so it does not show here.</li>
        </ul>
      </div>
    </section>
  )
}

function rowsWith(filter: Expression, time: RequestedRange | null, limit: number) {
  return topRowsOf({ shape: 'keys', filter, time, sort: { column: 'conns', descending: true } }, limit)
}

function summary(changed: number, same: number, incomparable: number): string {
  const compared = `Of the ${formatPlural(changed + same, 'flow')} that can be compared ${formatCount(changed)} would change.`
  if (incomparable === 0) return compared
  return `${compared} ${formatPlural(incomparable, 'flow')} cannot be compared: pending was not computed, or a verdict is missing.`
}

function Nothing({ same, incomparable }: { same: number; incomparable: number }) {
  return (
    <div className="rounded-[10px] border border-line bg-surface px-5 py-4">
      <h3 className="font-semibold">No verdict would change</h3>
      <p className="mt-1 text-muted">
        {same === 0
          ? incomparable === 0
            ? 'No record matches the filter.'
            : 'None of these flows has a pending verdict. An empty pending trace means that it was not computed, not that nothing would change.'
          : 'With the staged policies enforced, each of these flows keeps the verdict that it has.'}
      </p>
    </div>
  )
}
