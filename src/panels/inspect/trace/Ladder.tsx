import { Fragment } from 'react'

import type { Difference } from '../../../trace/ladder/align.ts'
import {
  type Ladder as LadderData,
  type LadderHit,
  type Rung,
  type TierRungs,
} from '../../../trace/ladder/ladder.ts'
import type { FieldValue } from '../../../state/view/filter-actions.ts'
import { describeAction } from '../../../state/action-words.ts'
import { Chip } from '../../../ui/Chip.tsx'
import { VerdictBadge } from '../../../ui/VerdictBadge.tsx'
import { CertaintyTag } from '../statement/CertaintyTag.tsx'
import { FilterValue } from '../statement/FilterValue.tsx'
import { type ExplainedHits, NOTHING_EXPLAINED, sameRule } from './explained-hits.ts'
import { sentenceCase } from '../statement/sentence-case.ts'
import { WrittenHit } from './WrittenHit.tsx'

/** The head of a side of the ladder, and its text for a missing hit. */
export interface Side {
  readonly title: string
  readonly subtitle: string
  /** The text of a cell without a hit. */
  readonly absent: string
}

/** The class names of a deciding hit's cell, by the tone of its action. */
export const DECIDING_CELL: Readonly<Record<string, string>> = {
  deny: 'bg-deny-soft shadow-[inset_3px_0_0_var(--deny)]',
  allow: 'bg-allow-soft shadow-[inset_3px_0_0_var(--allow)]',
  pass: 'bg-pass-soft shadow-[inset_3px_0_0_var(--pass)]',
  unknown: 'bg-sunken shadow-[inset_3px_0_0_var(--edge)]',
}

/** Two traces side by side, tier by tier in order of evaluation. The deciding hits are coloured, and differences are named. */
export function Ladder({
  name,
  ladder,
  left,
  right,
  isBrief = false,
  explained = NOTHING_EXPLAINED,
}: {
  name: string
  ladder: LadderData
  left: Side
  right: Side
  /** Whether what differs between two hits is left to their own words. */
  isBrief?: boolean
  /** What the loaded policies have for the hits. */
  explained?: ExplainedHits
}) {
  return (
    <table
      aria-label={name}
      className="w-full table-fixed border-collapse border-t border-line-soft text-left"
    >
      <thead className="text-xs">
        <tr>
          <SideHeader side={left} />
          <SideHeader side={right} last />
        </tr>
      </thead>
      {ladder.tiers.map((tier, index) => (
        // A tier may occur twice in malformed data, so its name is no key; the order of tiers never changes.
        // oxlint-disable-next-line react/no-array-index-key
        <Tier key={index} {...{ tier, left, right, isBrief, explained }} />
      ))}
    </table>
  )
}

function SideHeader({ side, last = false }: { side: Side; last?: boolean }) {
  return (
    <th
      scope="col"
      className={`border-b border-line px-3 py-1 align-top font-medium ${last ? 'border-l' : ''}`}
    >
      {side.title} <span className="text-2xs font-normal text-muted">{side.subtitle}</span>
    </th>
  )
}

function Tier({
  tier,
  left,
  right,
  isBrief,
  explained,
}: {
  tier: TierRungs
  left: Side
  right: Side
  isBrief: boolean
  explained: ExplainedHits
}) {
  return (
    <tbody>
      <tr>
        <th
          colSpan={2}
          scope="rowgroup"
          className="border-y border-line-soft bg-sunken px-3 py-0.5 text-2xs font-medium text-muted"
        >
          {tier.tier === '' ? (
            tier.title
          ) : (
            <FilterValue value={{ field: 'tier', value: tier.tier }} text={tier.title} />
          )}
        </th>
      </tr>
      {tier.rungs.map((rung, index) => (
        // The position in the order of evaluation identifies a rung.
        // oxlint-disable-next-line react/no-array-index-key
        <Fragment key={index}>
          <tr className="align-top">
            <HitCell hit={rung.left} absent={left.absent} />
            <HitCell
              hit={rung.right}
              absent={right.absent}
              difference={isBrief && rung.comparison === 'differs' ? null : differenceOf(rung, left, right)}
              last
            />
          </tr>
          <WrittenRung rung={rung} left={left} right={right} explained={explained} />
        </Fragment>
      ))}
    </tbody>
  )
}

/** The rule of both hits of a rung, or of each where they are other ones, over the whole width: half of it is too narrow. */
function WrittenRung({
  rung,
  left,
  right,
  explained,
}: {
  rung: Rung
  left: Side
  right: Side
  explained: ExplainedHits
}) {
  const [one, other] = [rung.left, rung.right].map((hit) =>
    hit === null ? undefined : explained.get(hit.hit),
  )
  const shown = sameRule(one, other)
    ? [{ side: null, hit: one }]
    : [
        { side: left, hit: one },
        { side: right, hit: other },
      ]
  const written = shown.filter(({ hit }) => hit !== undefined && hit.is !== 'no policy')
  if (written.length === 0) return null
  return (
    <tr>
      <td colSpan={2} className="px-2 pb-1.5 sm:px-3">
        {written.map(({ side, hit }) => (
          <Fragment key={side?.title ?? ''}>
            {side === null ? null : (
              <p className="mt-1 mb-0.5 text-2xs font-medium text-muted">{side.title}</p>
            )}
            {hit === undefined ? null : <WrittenHit explained={hit} />}
          </Fragment>
        ))}
      </td>
    </tr>
  )
}

/**
 * The differences without that of the trigger: the two traces may name different policies of a tier for the same end of
 * it, which changes nothing and which is explained when asked.
 */
function shownDifferences(differences: readonly Difference[]): readonly Difference[] {
  return differences.filter((what) => what !== 'trigger')
}

function differenceOf({ comparison, differences }: Rung, left: Side, right: Side): string | null {
  if (comparison === 'only left') return `only ${left.title.toLowerCase()}`
  if (comparison === 'only right') return `only ${right.title.toLowerCase()}`
  const difference = shownDifferences(differences)
  return difference.length === 0 ? null : `other ${difference.join(', ')}`
}

function HitCell({
  hit,
  absent,
  difference = null,
  last = false,
}: {
  hit: LadderHit | null
  absent: string
  difference?: string | null
  last?: boolean
}) {
  const border = last ? 'border-l border-line-soft' : ''
  const note =
    difference === null ? null : (
      <p className="mt-1">
        <Chip look="dashed">{difference}</Chip>
      </p>
    )
  if (hit === null) {
    return (
      <td className={`px-2 py-1.5 sm:px-3 text-xs text-faint ${border}`}>
        {absent}
        {note}
      </td>
    )
  }
  const action = { ...describeAction(hit.action), word: sentenceCase(hit.actionWords) }
  return (
    <td
      data-deciding={hit.deciding ? '' : undefined}
      className={`px-2 py-1.5 sm:px-3 ${border} ${hit.deciding ? DECIDING_CELL[action.tone] : ''}`}
    >
      <VerdictBadge {...action} />
      {hit.deciding ? <span className="sr-only"> decides</span> : null}
      <HitName hit={hit} />
      <HitNotes hit={hit} />
      {note}
    </td>
  )
}

/** The policy and its rule, or the end of the tier. A long name wraps and the rule does not. */
function HitName({ hit }: { hit: LadderHit }) {
  if (hit.policy === null) return <p className="text-xs leading-snug font-medium">{sentenceCase(hit.rule)}</p>
  const counts = hit.converted ? ', counted among the rules that Calico makes of it' : ''
  return (
    <p className="text-xs leading-snug wrap-anywhere">
      <PolicyName
        value={{ field: 'policy', value: hit.policy.name }}
        path={hit.policy.path}
        className="font-medium"
      />{' '}
      <span className="inline-block" title={`${hit.policy.kindWords}${counts}`}>
        {hit.rule}
      </span>
      {hit.policy.staged ? (
        <>
          {' '}
          <Chip look="dashed">staged</Chip>
        </>
      ) : null}
    </p>
  )
}

/** The name of a policy, with a menu to filter by it unless the record has no name. */
export function PolicyName({
  value,
  path,
  className,
}: {
  value: FieldValue
  path: string
  className: string
}) {
  const name = <code className={className}>{path}</code>
  if (value.value === '') return name
  return (
    <FilterValue value={value} text={path}>
      {name}
    </FilterValue>
  )
}

function HitNotes({ hit }: { hit: LadderHit }) {
  return (
    <div className="mt-0.5 text-2xs leading-snug wrap-anywhere text-muted">
      {hit.trigger === null ? null : (
        <p title={hit.trigger.kindWords}>
          <PolicyName
            // Older records have no trigger: there the hit itself names the policy.
            value={{ field: hit.hit.trigger === null ? 'policy' : 'trigger', value: hit.trigger.name }}
            path={hit.trigger.path}
            className="text-ink"
          />{' '}
          selects this end
        </p>
      )}
      {hit.converted ? <p>counts converted rules</p> : null}
      {hit.inferred === null ? null : (
        <p className="mt-0.5">
          {sentenceCase(hit.inferred)} <CertaintyTag certainty="inferred" />
        </p>
      )}
      {hit.oddity === null ? null : <p className="text-staged">{sentenceCase(hit.oddity)}</p>}
    </div>
  )
}
