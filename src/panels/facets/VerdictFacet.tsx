import { useMemo } from 'react'

import { formatCount } from '../../lib/format.ts'
import { verdictWords } from '../../trace/words/verdict-words.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import { facetOf } from '../../state/client/questions.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import { useViewPart } from '../../state/view/navigation.ts'
import { VerdictBadge } from '../../ui/VerdictBadge.tsx'
import type { Expression } from '../../filter/tree/expression.ts'
import { FacetValue } from './FacetValue.tsx'
import { filterForVerdict, verdictCounts, verdictsAsked, VERDICTS, withoutVerdict } from './verdict-facet.ts'

const ACTIONS = { field: 'action', search: '', limit: 10 } as const
const REPORTERS = { field: 'reporter', search: '', limit: 10 } as const

/** The three verdicts with their direction, always in this order. */
export function VerdictFacet({ onFilter }: { onFilter: (filter: Expression) => void }) {
  const filter = useViewPart((view) => view.filter)
  const time = useViewPart((view) => view.time)
  const reporters = useAnswer(useMemo(() => facetOf(withoutVerdict(filter), time, REPORTERS), [filter, time]))
  const actions = useAnswer(useMemo(() => facetOf(withoutVerdict(filter), time, ACTIONS), [filter, time]))
  const hasRows = useSnapshot((snapshot) => snapshot.answer !== null)
  const asked = verdictsAsked(filter)
  const counts =
    reporters === undefined || actions === undefined || !hasRows ? null : verdictCounts(reporters, actions)
  const most = counts === null ? 1 : Math.max(counts.leaving, counts.entering, counts.allowed)
  return (
    <ul>
      {VERDICTS.map(({ verdict, action, reporter }) => {
        const name = verdictWords(action, reporter)
        const records = counts?.[verdict] ?? 0
        return (
          <FacetValue
            key={verdict}
            name={name}
            counts={{ records, denied: action === 'Deny' ? records : 0 }}
            most={most}
            state={asked.has(verdict) ? 'included' : null}
            note=""
            onAction={(act) => onFilter(filterForVerdict(filter, verdict, act))}
          >
            {/* Smaller and lighter than elsewhere: the longest word fits beside a count of six digits in DejaVu's wide letters. */}
            <span className="flex text-2xs tracking-tight *:gap-1 *:font-medium">
              <VerdictBadge tone={action === 'Deny' ? 'deny' : 'allow'} word={name} />
            </span>
          </FacetValue>
        )
      })}
      {counts === null || counts.without === 0 ? null : (
        <li className="h-6 pl-5 text-xs leading-6 text-muted">
          {formatCount(counts.without)} without a verdict
        </li>
      )}
    </ul>
  )
}
