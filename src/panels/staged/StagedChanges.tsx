import { useMemo, useState } from 'react'

import { only } from '../../filter/tree/clauses.ts'
import { print } from '../../filter/language/print.ts'
import { formatCount, formatPlural } from '../../lib/format.ts'
import { useScope } from '../../state/client/flowtrace.ts'
import { useView } from '../../state/view/navigation.ts'
import { countOf, topRowsOf } from '../../state/client/questions.ts'
import { useIsPartial } from '../../state/client/source-status.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import type { Row } from '../../state/client/rows.ts'
import { type Promotion, promotions } from '../../trace/compare/promotions.ts'
import { PromotionCard } from './PromotionCard.tsx'
import { type KeptFor, useKeptItems } from './use-kept-items.ts'

/** Keys that are compared: those with the most connections. */
const MAX_COMPARED_KEYS = 1000
const MOST_CONNECTIONS = { column: 'conns', descending: true } as const

/** The effect of enforcing the staged policies on the records that match the filter, by policy. */
export function StagedChanges() {
  const [{ filter, time }] = useView()
  const scope = useScope()
  const isPartial = useIsPartial()
  const questions = useMemo(
    () => ({
      rows: topRowsOf(
        { shape: 'keys', filter: only(filter, 'changed', 'yes'), time, sort: MOST_CONNECTIONS },
        MAX_COMPARED_KEYS,
      ),
      changed: countOf(only(filter, 'changed', 'yes'), time),
      untold: countOf(only(filter, 'changed', 'unknown'), time),
      same: countOf(only(filter, 'changed', 'no'), time),
    }),
    [filter, time],
  )
  const compared = useAnswer(questions.rows)
  const changed = useAnswer(questions.changed)
  const untold = useAnswer(questions.untold)
  const same = useAnswer(questions.same)
  const found = useMemo(() => (compared === undefined ? null : promotions(compared.rows)), [compared])
  const { asked, listAnew } = useKeptFor(questions, compared)
  const changes = useKeptItems(found?.changes ?? [], keyOf, asked)
  if (
    compared === undefined ||
    changed === undefined ||
    untold === undefined ||
    same === undefined ||
    found === null
  ) {
    return <p className="p-6 text-muted">Comparing enforced and pending…</p>
  }
  const contradicting = recordsOf(found.incomparable)
  const incomparable = untold + contradicting
  return (
    <section aria-label="Staged changes" className="min-h-0 overflow-y-auto bg-page px-4 py-5">
      <div className="mx-auto grid max-w-3xl gap-4">
        <header>
          <h2 className="text-lg font-semibold tracking-tight">What the staged policies would change</h2>
          <p className="mt-1 text-muted">
            Each record carries two verdicts: what happened, and what would happen with the staged policies
            enforced. {summary(changed - contradicting, same, incomparable)}
          </p>
          {isPartial ? (
            <p className="mt-1 font-medium text-staged" role="note">
              Flows are still being read: this is about what was read so far, and more may change.
            </p>
          ) : null}
          {scope === null ? null : (
            <p className="mt-1 text-muted">
              Only records of the scope <code className="text-xs text-ink">{print(scope)}</code> are compared:
              more may change outside of it.
            </p>
          )}
        </header>
        {changes.map(({ item, isGone }) => (
          <PromotionCard key={keyOf(item)} promotion={item} isGone={isGone} asked={asked} />
        ))}
        {changes.every(({ isGone }) => isGone) ? <Nothing incomparable={incomparable} same={same} /> : null}
        <Notes compared={compared} changed={changed} listAnew={listAnew} />
      </div>
    </section>
  )
}

/** What is counted and what is not, and how the list keeps its order. */
function Notes({
  compared: { rows, total },
  changed,
  listAnew,
}: {
  compared: { readonly rows: readonly Row[]; readonly total: number }
  /** Records that would change. */
  changed: number
  listAnew: () => void
}) {
  return (
    <ul className="grid gap-1 text-xs text-muted">
      {total > rows.length ? (
        <li>
          Counted are the pairs with the most connections: {formatCount(recordsOf(rows))} records of{' '}
          {formatCount(changed)} that would change.
        </li>
      ) : null}
      <li>
        A pair is a source and a destination: it counts once, over whichever ports and though both ends may
        report it. Each of its ports has a line.
      </li>
      <li>A staged deletion never reaches the evaluation, so it does not show here.</li>
      <li>
        What is no longer counted keeps its place, and the order stays, until the filter or the time changes.{' '}
        <button
          type="button"
          className="h-6 rounded-[5px] px-1 text-accent hover:underline"
          onClick={listAnew}
        >
          List anew
        </button>
      </li>
    </ul>
  )
}

/** What the lists are kept for, and a function that begins them anew with the newest answer. */
function useKeptFor(
  questions: object,
  compared: { readonly rows: readonly Row[] } | undefined,
): { readonly asked: KeptFor; readonly listAnew: () => void } {
  const [round, setRound] = useState(0)
  // Other objects in each round, so that the answer which is there already begins it.
  const question = useMemo(() => ({ questions, round }), [questions, round])
  const answer = useMemo(
    () => (compared === undefined ? null : { rows: compared.rows, round }),
    [compared, round],
  )
  return { asked: { question, answer }, listAnew: () => setRound((before) => before + 1) }
}

function keyOf({ policy }: Promotion<Row>): string {
  return JSON.stringify(policy)
}

function recordsOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { records }) => sum + records, 0)
}

function summary(changed: number, same: number, incomparable: number): string {
  const compared = `Of the ${formatPlural(changed + same, 'record')} that can be compared ${formatCount(changed)} would change.`
  if (incomparable === 0) return compared
  return `${compared} ${formatPlural(incomparable, 'record')} cannot be compared: the pending trace was not computed, or a trace does not give the verdict.`
}

function Nothing({ same, incomparable }: { same: number; incomparable: number }) {
  return (
    <div className="rounded-[10px] border border-line bg-surface px-5 py-4">
      <h3 className="font-semibold">No verdict would change</h3>
      <p className="mt-1 text-muted">
        {same === 0
          ? incomparable === 0
            ? 'No record matches the filter.'
            : 'None of these records has a pending verdict. An empty pending trace means that it was not computed, not that nothing would change.'
          : 'With the staged policies enforced, each of these records keeps the verdict that it has.'}
      </p>
    </div>
  )
}
