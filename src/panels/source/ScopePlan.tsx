import { Fragment, useMemo } from 'react'

import { clausesOf } from '../../filter/tree/clauses.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { planFor } from '../../filter/plan/plan.ts'
import { print } from '../../filter/language/print.ts'
import { asksFor } from '../../filter/tree/asks-for.ts'
import { formatCount, formatPlural } from '../../lib/format.ts'
import { useScope, useSnapshot } from '../../state/client/flowtrace.ts'
import { countOf } from '../../state/client/questions.ts'
import { useAnswer } from '../../state/client/use-answer.ts'

/** Which clauses of the scope Goldmane filters itself, and which records are sent and then dropped by the worker. */
export function ScopePlan({ scope }: { scope: Expression }) {
  const { decided, narrowed, remainder } = useMemo(() => planFor(scope), [scope])
  const records = useSnapshot(({ status }) => status.holdings.records)
  // Records that are held under a scope cannot tell how many another scope would match.
  const limited = useScope() !== null
  const question = useMemo(() => (limited ? null : countOf(scope, null)), [scope, limited])
  const matching = useAnswer(question)
  const left = clausesOf(remainder)
  return (
    <div className="rounded-lg bg-sunken px-3 py-2 text-xs">
      <dl className="grid gap-x-3 gap-y-1 sm:grid-cols-[auto_1fr]">
        <dt className="text-muted">Goldmane filters</dt>
        <dd>{decided.length === 0 ? 'none of it in full' : <Clauses clauses={decided} />}</dd>
        <dt className="text-muted">Flowtrace drops the rest</dt>
        <dd>
          {left.length === 0 ? (
            'there is none'
          ) : (
            <>
              by <Clauses clauses={left} />
            </>
          )}
        </dd>
      </dl>
      {left.length === 0 ? null : (
        <p className="mt-1.5">
          <NetworkLoad decided={decided} narrowed={narrowed} />
        </p>
      )}
      {asksFor(scope, 'measure') ? (
        <p className="mt-1.5">
          Bytes, packets and connections are those of one record of 15 s. Sums on the screen count only what
          is held.
        </p>
      ) : null}
      {matching === undefined || records === 0 ? null : (
        <p className="mt-1.5 text-muted">
          {formatCount(matching)} of {formatPlural(records, 'record')} held now match.
        </p>
      )}
    </div>
  )
}

/** What the clauses that Goldmane cannot filter exactly mean for the network. */
function NetworkLoad({
  decided,
  narrowed,
}: {
  decided: readonly Expression[]
  narrowed: readonly Expression[]
}) {
  if (decided.length === 0 && narrowed.length === 0)
    return 'Goldmane cannot filter by any of this: every record is still sent here, and dropped before it takes memory.'
  if (narrowed.length === 0) return 'What is dropped here was sent, but takes no memory.'
  return (
    <>
      By <Clauses clauses={narrowed} /> Goldmane filters roughly: it sends all that matches, and some that
      does not.
    </>
  )
}

function Clauses({ clauses }: { clauses: readonly Expression[] }) {
  return clauses.map((clause, index) => (
    <Fragment key={print(clause)}>
      {index === 0 ? '' : ', '}
      <code className="break-words">{clause.kind === 'or' ? `(${print(clause)})` : print(clause)}</code>
    </Fragment>
  ))
}
