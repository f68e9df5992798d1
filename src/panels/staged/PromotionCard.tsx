import { useMemo, useState } from 'react'

import { include, only } from '../../filter/tree/clauses.ts'
import { displayName, displayNamespace, displayPort } from '../../flows/spelling.ts'
import { verdictOf } from '../../flows/hit.ts'
import { formatBytes, formatPlural } from '../../lib/format.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import { useView } from '../../state/view/navigation.ts'
import type { Row } from '../../state/client/rows.ts'
import { describeAction } from '../../state/action-words.ts'
import { type Impact, type Promotion, promotionStatement } from '../../trace/compare/promotions.ts'
import { Button } from '../../ui/Button.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { VerdictBadge } from '../../ui/VerdictBadge.tsx'
import { RichText } from '../../ui/RichText.tsx'
import { type ChangedPair, isOpen, pairsOf } from './pairs.ts'

/** Pairs that are listed before "more" is pressed. */
const MAX_LISTED_PAIRS = 12

/** The effect of promoting one staged policy, in a sentence, in numbers, and pair by pair. */
export function PromotionCard({ promotion }: { promotion: Promotion<Row> }) {
  const { policy, certainty, denies, allows } = promotion
  const [{ filter }, navigate] = useView()
  const statement = promotionStatement(promotion)
  const showFlows = () => {
    const changed = only(filter, 'changed', 'yes')
    const named = policy === null ? changed : include(changed, 'policy', policy.name)
    navigate({ screen: 'flows', shape: 'signatures', filter: named, open: null })
  }
  return (
    <article className="overflow-hidden rounded-[10px] border border-line bg-surface">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2 px-5 pt-4 pb-3">
        <div className="min-w-60 flex-1">
          <h3 className="text-base font-medium wrap-anywhere">
            <RichText parts={statement.parts} />{' '}
            {certainty === 'recorded' ? null : (
              <Chip look={certainty === 'inferred' ? 'dashed' : 'filled'}>{certainty}</Chip>
            )}
          </h3>
          <p className="mt-1 text-xs text-muted">
            {policy === null ? null : `Tier ${policy.tier} · `}
            {[volume('denied', denies), volume('allowed', allows)].filter(Boolean).join(' · ')}
          </p>
        </div>
        <Button onClick={showFlows}>Show the flows</Button>
      </div>
      <Pairs title="Pairs that would be denied" impact={denies} />
      <Pairs title="Pairs that would be allowed" impact={allows} />
    </article>
  )
}

/** "3,120 connections started, 4.1 MB would be denied"; empty when no flow changes. */
function volume(word: string, { flows, connections, bytes }: Impact<Row>): string {
  if (flows.length === 0) return ''
  const counted =
    connections === null ? 'connections not recorded' : `${formatPlural(connections, 'connection')} started`
  return `${counted}, ${formatBytes(bytes)} would be ${word}`
}

function Pairs({ title, impact }: { title: string; impact: Impact<Row> }) {
  const [all, setAll] = useState(false)
  const pairs = useMemo(() => pairsOf(impact.flows), [impact])
  const open = useSnapshot((snapshot) => snapshot.answer?.window.selected?.row)
  const [view] = useView()
  if (pairs.length === 0) return null
  const listed = all ? pairs : pairs.slice(0, MAX_LISTED_PAIRS)
  return (
    <>
      <ul aria-label={title} className="border-t border-line">
        {listed.map((pair) => (
          <Pair key={pair.row.id} pair={pair} open={view.open !== null && isOpen(pair, open)} />
        ))}
      </ul>
      {listed.length === pairs.length ? null : (
        <div className="border-t border-line-soft px-5 py-2">
          <Button look="quiet" onClick={() => setAll(true)}>
            Show {formatPlural(pairs.length - listed.length, 'more pair')}
          </Button>
        </div>
      )}
    </>
  )
}

function Pair({ pair: { row, flows }, open }: { pair: ChangedPair; open: boolean }) {
  const [, navigate] = useView()
  const { key } = row
  const look = open ? 'bg-selected shadow-[inset_3px_0_0_var(--accent)]' : 'hover:bg-sunken'
  return (
    <li className="border-t border-line-soft first:border-t-0">
      <button
        type="button"
        aria-pressed={open}
        className={`flex w-full flex-wrap items-center gap-x-4 gap-y-1 px-5 py-2 text-left -outline-offset-2 ${look}`}
        // The id of a key opens its signature.
        onClick={() => navigate({ shape: 'signatures', open: row.id })}
      >
        <span className="min-w-56 flex-1 text-xs wrap-anywhere">
          <Name scope={key.sourceNamespace} name={key.sourceName} />
          <Icon name="arrow" className="mx-1 inline size-3 text-faint" />
          <span className="sr-only"> to </span>
          <Name scope={key.destNamespace} name={key.destName} />{' '}
          <code className="whitespace-nowrap">{displayPort(key)}</code>
          {flows === 1 ? null : <span className="text-muted"> · {formatPlural(flows, 'flow')}</span>}
        </span>
        <span className="flex items-center gap-2 text-xs">
          <VerdictBadge {...describeAction(key.action)} />
          <Icon name="arrow" className="size-3 text-faint" />
          <span className="sr-only">, would be </span>
          <VerdictBadge {...describeAction(verdictOf(key.policies.pending))} />
        </span>
      </button>
    </li>
  )
}

function Name({ scope, name }: { scope: string; name: string }) {
  return (
    <code>
      <span className="text-muted">{displayNamespace(scope)}/</span>
      <span className="font-medium">{displayName(name, scope)}</span>
    </code>
  )
}
