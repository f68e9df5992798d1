import { useMemo, useState } from 'react'

import { include, only } from '../../filter/tree/clauses.ts'
import { conversationIdentity } from '../../flows/identity.ts'
import {
  displayName,
  displayNamespace,
  displayPath,
  displayPort,
  hasNoNamespace,
  workloadOf,
} from '../../flows/spelling.ts'
import { formatBytes, formatPlural } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import { useView } from '../../state/view/navigation.ts'
import type { Row } from '../../state/client/rows.ts'
import { describeAction } from '../../state/action-words.ts'
import { type Impact, type Promotion, promotionStatement } from '../../trace/compare/promotions.ts'
import type { PolicyLabel } from '../../trace/words/policy-label.ts'
import { certaintyWords } from '../../trace/words/statement.ts'
import { connectionCountWords, pendingWords, verdictWords } from '../../trace/words/verdict-words.ts'
import { Button } from '../../ui/Button.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { VerdictBadge } from '../../ui/VerdictBadge.tsx'
import { RichText } from '../../ui/RichText.tsx'
import { type ChangedPair, isOpen, pairsOf } from './pairs.ts'
import { type KeptFor, type KeptItem, useKeptItems } from './use-kept-items.ts'

/** Pairs that are listed before "more" is pressed. */
const MAX_LISTED_PAIRS = 12

/** What is said of a policy or a pair that the newest answer does not have. */
const GONE = 'no longer counted'

/** The effect of promoting one staged policy, in a sentence, in numbers, and pair by pair. */
export function PromotionCard({
  promotion,
  isGone,
  asked,
}: {
  promotion: Promotion<Row>
  /** Whether it is what an older answer had. */
  isGone: boolean
  asked: KeptFor
}) {
  const { policy, certainty, denies, allows } = promotion
  const [{ filter }, navigate] = useView()
  const statement = promotionStatement(promotion)
  const showGroups = () => {
    const changed = only(filter, 'changed', 'yes')
    const named = policy === null ? changed : include(changed, 'policy', policy.name)
    navigate({ screen: 'flows', shape: 'groups', filter: named, open: null })
  }
  return (
    <article
      className={`overflow-hidden rounded-[10px] border border-line bg-surface ${isGone ? 'text-muted' : ''}`}
    >
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2 px-5 pt-4 pb-3">
        <div className="min-w-60 flex-1">
          <h3 className="text-base font-medium wrap-anywhere">
            <RichText parts={statement.parts} />{' '}
            {certainty === 'recorded' ? null : (
              <Chip look={certainty === 'inferred' ? 'dashed' : 'filled'}>{certaintyWords(certainty)}</Chip>
            )}
          </h3>
          <p className="mt-1 text-xs text-muted">
            {policy === null ? null : `${capitalTier(policy)} · `}
            {[volume('denied', denies), volume('allowed', allows)].filter(Boolean).join(' · ')}
          </p>
        </div>
        <span className="relative">
          {isGone ? <span className="absolute right-0 leading-7 whitespace-nowrap">{GONE}</span> : null}
          <Button className={isGone ? 'invisible' : ''} onClick={showGroups}>
            Show the groups
          </Button>
        </span>
      </div>
      <Pairs title="Pairs that would be denied" impact={denies} {...{ isGone, asked }} />
      <Pairs title="Pairs that would be allowed" impact={allows} {...{ isGone, asked }} />
    </article>
  )
}

function capitalTier({ tier }: PolicyLabel): string {
  return tier === '' ? 'Tier not recorded' : `Tier ${visibleText(tier)}`
}

/** "3,120 connections started, 4.1 MB would be denied"; empty when nothing changes. */
function volume(word: 'denied' | 'allowed', { flows, connections, bytes }: Impact<Row>): string {
  if (flows.length === 0) return ''
  const counted = connectionCountWords(word === 'denied' ? 'Allow' : 'Deny', connections)
  const traffic = bytes === null ? 'traffic not recorded' : formatBytes(bytes)
  return `${counted}, ${traffic} would be ${word}`
}

function Pairs({
  title,
  impact,
  isGone,
  asked,
}: {
  title: string
  impact: Impact<Row>
  isGone: boolean
  asked: KeptFor
}) {
  const [all, setAll] = useState(false)
  const found = useMemo(() => pairsOf(impact.flows), [impact])
  const pairs = useKeptItems(found, keyOfPair, asked)
  const open = useSnapshot((snapshot) => snapshot.answer?.window.selected?.row)
  const [view] = useView()
  if (pairs.length === 0) return null
  const listed = all ? pairs : pairs.slice(0, MAX_LISTED_PAIRS)
  return (
    <>
      <ul aria-label={title} className="border-t border-line">
        {listed.map((pair) => (
          <Pair
            key={keyOfPair(pair.item)}
            pair={pair.item}
            isGone={isGone || pair.isGone}
            open={view.open !== null && isOpen(pair.item, open)}
          />
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

/** Not the row's: that is of the end which reported last, and changes while the reader has the pointer or the focus on it. */
function keyOfPair({ row }: ChangedPair): string {
  return conversationIdentity(row.key)
}

function Pair({
  pair: { row, records },
  isGone,
  open,
}: Pick<KeptItem<ChangedPair>, 'isGone'> & { pair: ChangedPair; open: boolean }) {
  const [, navigate] = useView()
  const { key } = row
  const pending = pendingWords(key)
  const look = open
    ? 'bg-selected shadow-[inset_3px_0_0_var(--accent)]'
    : isGone
      ? 'opacity-60'
      : 'hover:bg-sunken'
  return (
    <li className="border-t border-line-soft first:border-t-0">
      <button
        type="button"
        aria-pressed={open}
        // Not disabled, which would take the focus away.
        aria-disabled={isGone}
        className={`flex w-full flex-wrap items-center gap-x-4 gap-y-1 px-5 py-2 text-left -outline-offset-2 ${look}`}
        // Opens the group of the key, with the key's port.
        onClick={() => (isGone ? undefined : navigate({ shape: 'groups', open: row.id }))}
      >
        <span className="min-w-56 flex-1 text-xs wrap-anywhere">
          <Name namespace={key.sourceNamespace} name={key.sourceName} />
          <Icon name="arrow" className="mx-1 inline size-3 text-faint" />
          <span className="sr-only"> to </span>
          <Name namespace={key.destNamespace} name={key.destName} />{' '}
          <code className="whitespace-nowrap">{displayPort(key)}</code>
          <span className="text-muted"> · {isGone ? GONE : formatPlural(records, 'record')}</span>
        </span>
        <span className="flex items-center gap-2 text-xs">
          <VerdictBadge {...describeAction(key.action)} word={verdictWords(key.action, key.reporter)} />
          <span className={`font-semibold ${pending.state === 'differs' ? 'text-staged' : 'text-muted'}`}>
            {pending.text}
          </span>
        </span>
      </button>
    </li>
  )
}

/** An end by its workload, as the table names it. */
function Name({ namespace, name }: { namespace: string; name: string }) {
  return (
    <code title={displayPath(namespace, name)}>
      <span className="text-muted">{hasNoNamespace(namespace) ? '' : `${displayNamespace(namespace)}/`}</span>
      <span className="font-medium">{displayName(workloadOf(name), namespace)}</span>
    </code>
  )
}
