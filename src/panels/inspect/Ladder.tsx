import type { Difference } from '../../trace/ladder/align.ts'
import {
  type Ladder as LadderData,
  type LadderHit,
  type Rung,
  TIERS_NOT_SHOWN,
  type TierRungs,
} from '../../trace/ladder/ladder.ts'
import type { FieldValue } from '../../state/view/filter-actions.ts'
import { describeAction } from '../../state/action-words.ts'
import { Chip } from '../../ui/Chip.tsx'
import { VerdictBadge } from '../../ui/VerdictBadge.tsx'
import { FilterValue } from './FilterValue.tsx'
import { sentenceCase } from './sentence-case.ts'

/** The head of a side of the ladder, and its text for a missing hit. */
export interface Side {
  readonly title: string
  readonly subtitle: string
  /** The text of a cell without a hit. */
  readonly absent: string
}

const DECIDING_CELL: Readonly<Record<string, string>> = {
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
  note,
}: {
  name: string
  ladder: LadderData
  left: Side
  right: Side
  note: string
}) {
  return (
    <div className="my-4 overflow-hidden rounded-[10px] border border-line">
      <table aria-label={name} className="w-full table-fixed border-collapse text-left">
        <thead className="bg-page text-xs">
          <tr>
            <SideHeader side={left} />
            <SideHeader side={right} last />
          </tr>
        </thead>
        {ladder.tiers.map((tier, index) => (
          // A tier may occur twice in malformed data, so its name is no key; the order of tiers never changes.
          // oxlint-disable-next-line react/no-array-index-key
          <Tier key={index} tier={tier} left={left} right={right} />
        ))}
      </table>
      <p className="border-t border-line-soft px-3 py-2 text-xs text-muted">{note}</p>
      <AsList ladder={ladder} left={left} right={right} />
    </div>
  )
}

function SideHeader({ side, last = false }: { side: Side; last?: boolean }) {
  return (
    <th
      scope="col"
      className={`border-b border-line px-3 py-2 align-top font-semibold ${last ? 'border-l' : ''}`}
    >
      {side.title} <span className="block text-2xs font-normal text-muted">{side.subtitle}</span>
    </th>
  )
}

function Tier({ tier, left, right }: { tier: TierRungs; left: Side; right: Side }) {
  return (
    <tbody>
      <tr>
        <th
          colSpan={2}
          scope="rowgroup"
          className="border-y border-line-soft bg-sunken px-3 py-1 text-2xs font-medium text-muted"
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
        <tr key={index} className="align-top">
          <HitCell hit={rung.left} absent={left.absent} />
          <HitCell hit={rung.right} absent={right.absent} difference={differenceOf(rung, left, right)} last />
        </tr>
      ))}
    </tbody>
  )
}

/**
 * The differences without that of the trigger: the two traces may name different policies of a tier for the same end of
 * it, which changes nothing and which the note below the ladder explains.
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
      <td className={`px-2 py-2.5 sm:px-3 text-xs text-faint ${border}`}>
        {absent}
        {note}
      </td>
    )
  }
  const action = { ...describeAction(hit.action), word: sentenceCase(hit.actionWords) }
  return (
    <td
      data-deciding={hit.deciding ? '' : undefined}
      className={`px-2 py-2.5 sm:px-3 ${border} ${hit.deciding ? DECIDING_CELL[action.tone] : ''}`}
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
  if (hit.policy === null)
    return <p className="mt-1 text-xs leading-snug font-medium">{sentenceCase(hit.rule)}</p>
  const counts = hit.converted ? ' among the rules that Calico makes of this policy' : ''
  return (
    <p className="mt-1 text-xs leading-snug wrap-anywhere">
      <PolicyName
        value={{ field: 'policy', value: hit.policy.name }}
        path={hit.policy.path}
        className="font-medium"
      />{' '}
      <span
        className="inline-block"
        title={hit.rawIndex === null ? undefined : `index ${hit.rawIndex}${counts}`}
      >
        {hit.rule}
      </span>
    </p>
  )
}

/** The name of a policy, with a menu to filter by it unless the record has no name. */
function PolicyName({ value, path, className }: { value: FieldValue; path: string; className: string }) {
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
      {hit.trigger === null ? (
        <p>{hit.policy === null ? null : sentenceCase(hit.policy.kindWords)}</p>
      ) : (
        <p>
          trigger{' '}
          <PolicyName
            // Older records have no trigger: there the hit itself names the policy.
            value={{ field: hit.hit.trigger === null ? 'policy' : 'trigger', value: hit.trigger.name }}
            path={hit.trigger.path}
            className="inline-block max-w-full text-ink"
          />
          <br />
          {hit.trigger.kindWords}
        </p>
      )}
      {hit.converted && hit.rawIndex !== null ? <p>counts converted rules</p> : null}
      {hit.inferred === null ? null : (
        <p className="mt-0.5">
          {sentenceCase(hit.inferred)} <Chip look="dashed">inferred</Chip>
        </p>
      )}
      {hit.oddity === null ? null : <p className="text-staged">{sentenceCase(hit.oddity)}</p>}
    </div>
  )
}

/** The ladder as a list with one item for each rung, for screen readers and to be copied. */
function AsList({ ladder, left, right }: { ladder: LadderData; left: Side; right: Side }) {
  return (
    <details className="border-t border-line-soft px-3 py-2 text-2xs text-faint">
      <summary className="cursor-pointer">{TIERS_NOT_SHOWN} Read it as a list</summary>
      <ol className="mt-2 grid list-decimal gap-2 pl-4 text-xs text-muted wrap-anywhere">
        {ladder.tiers.flatMap((tier, t) =>
          tier.rungs.map((rung, r) => {
            const difference = differenceOf(rung, left, right)
            return (
              // The position in the order of evaluation identifies a rung.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={`${t} ${r}`}>
                {sentenceCase(tier.title)}
                {difference === null ? '' : ` (${difference})`}
                <br />
                {left.title}: {rung.left?.text ?? left.absent}
                <br />
                {right.title}: {rung.right?.text ?? right.absent}
              </li>
            )
          }),
        )}
      </ol>
    </details>
  )
}
