import type { ReactNode } from 'react'

import { visibleText } from '../../../lib/visible-text.ts'
import type { ExplainedHit } from '../../../state/policies/use-policies.ts'
import { describeAction } from '../../../state/action-words.ts'
import type { LadderHit } from '../../../trace/ladder/ladder.ts'
import type { PolicyLabel } from '../../../trace/words/policy-label.ts'
import { VerdictBadge } from '../../../ui/VerdictBadge.tsx'
import { CertaintyTag } from '../statement/CertaintyTag.tsx'
import { FilterValue } from '../statement/FilterValue.tsx'
import type { ExplainedHits } from './explained-hits.ts'
import { DECIDING_CELL, PolicyName } from './Ladder.tsx'
import { sentenceCase } from '../statement/sentence-case.ts'
import { WrittenHit } from './WrittenHit.tsx'

/** One trace in its order: tiers before the decision, what selected the end, the hit that decided. */
export function SingleTrace({
  hits,
  absent,
  explained,
}: {
  hits: readonly LadderHit[]
  absent: string
  explained: ExplainedHits
}) {
  return (
    <table aria-label="Policy trace" className="w-full border-collapse text-left text-xs">
      <thead className="sr-only">
        <tr>
          <th scope="col">Tier</th>
          <th scope="col">Policy and rule</th>
          <th scope="col">Action</th>
        </tr>
      </thead>
      <tbody>
        {hits.length === 0 ? (
          <tr>
            <td colSpan={3} className="px-3 py-1.5 text-muted">
              {absent}
            </td>
          </tr>
        ) : null}
        {hits.map((hit, index) => (
          // The position in the order of evaluation identifies a hit.
          <HitRows
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            hit={hit}
            isTierNew={hits[index - 1]?.hit.tier !== hit.hit.tier}
            explained={explained.get(hit.hit)}
          />
        ))}
      </tbody>
    </table>
  )
}

function HitRows({
  hit,
  isTierNew,
  explained,
}: {
  hit: LadderHit
  isTierNew: boolean
  explained: ExplainedHit | undefined
}) {
  const action = { ...describeAction(hit.action), word: sentenceCase(hit.actionWords) }
  const selects = hit.trigger
  return (
    <>
      {selects === null ? null : (
        <tr className="border-t border-line-soft align-baseline">
          <TierCell hit={hit} isShown={isTierNew} />
          <td colSpan={2} className="py-1.5 pr-3 wrap-anywhere">
            <PolicyOf hit={hit} policy={selects} />{' '}
            <span className="text-muted" title={selects.kindWords}>
              selects this end
            </span>
          </td>
        </tr>
      )}
      <tr
        data-deciding={hit.deciding ? '' : undefined}
        className={`border-t border-line-soft align-baseline ${hit.deciding ? DECIDING_CELL[action.tone] : ''}`}
      >
        <TierCell hit={hit} isShown={isTierNew && selects === null} />
        <td className="py-1.5 pr-2 wrap-anywhere">
          <Rule hit={hit} />
          <Notes hit={hit} />
        </td>
        <td className="py-1.5 pr-3 text-right align-middle whitespace-nowrap">
          <VerdictBadge {...action} />
          {hit.deciding ? <span className="sr-only"> decides</span> : null}
        </td>
      </tr>
      {explained === undefined || explained.is === 'no policy' ? null : (
        <tr>
          <td colSpan={3} className="px-3 py-1.5">
            <WrittenHit explained={explained} />
          </td>
        </tr>
      )}
    </>
  )
}

function TierCell({ hit: { hit }, isShown }: { hit: LadderHit; isShown: boolean }) {
  const title = hit.kind === 'Profile' ? 'profiles' : hit.tier === '' ? 'not recorded' : visibleText(hit.tier)
  return (
    <th scope="row" className="w-px py-1.5 pr-2 pl-3 font-normal">
      {isShown ? (
        <span
          className="block w-fit max-w-24 truncate rounded-[4px] border border-line bg-surface px-1 font-mono text-2xs text-muted"
          title={title}
        >
          {hit.tier === '' ? title : <FilterValue value={{ field: 'tier', value: hit.tier }} text={title} />}
        </span>
      ) : (
        <span className="sr-only">{title}</span>
      )}
    </th>
  )
}

/** The rule of a policy, or the end of a tier with its tier in bold: `End of tier default: no rule allowed it`. */
function Rule({ hit }: { hit: LadderHit }): ReactNode {
  if (hit.policy !== null) {
    const counts = hit.converted ? ', counted among the rules that Calico makes of it' : ''
    return (
      <>
        <PolicyOf hit={hit} policy={hit.policy} />{' '}
        <span className="text-muted" title={`${hit.policy.kindWords}${counts}`}>
          {hit.rule}
        </span>
      </>
    )
  }
  const [end = '', ...more] = hit.rule.split(': ')
  return (
    <>
      <b className="font-semibold">
        {sentenceCase(end)}
        {more.length === 0 ? '' : ':'}
      </b>{' '}
      {more.join(': ')}
    </>
  )
}

function PolicyOf({ hit, policy }: { hit: LadderHit; policy: PolicyLabel }) {
  // Older records have no trigger: there the hit itself names the policy.
  const field = hit.policy !== null || hit.hit.trigger === null ? 'policy' : 'trigger'
  return <PolicyName value={{ field, value: policy.name }} path={policy.path} className="text-ink" />
}

function Notes({ hit }: { hit: LadderHit }) {
  return (
    <>
      {hit.inferred === null ? null : (
        <span className="block text-muted">
          {sentenceCase(hit.inferred)} <CertaintyTag certainty="inferred" />
        </span>
      )}
      {hit.oddity === null ? null : <span className="block text-staged">{sentenceCase(hit.oddity)}</span>}
    </>
  )
}
