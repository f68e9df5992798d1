import { type ReactNode, useState } from 'react'

import { unreachable } from '../../../lib/assert.ts'
import { visibleLines, visibleText } from '../../../lib/visible-text.ts'
import type { ExplainedCondition, ExplainedHit, WrittenText } from '../../../state/policies/use-policies.ts'
import { Icon } from '../../../ui/Icon.tsx'
import type { IconName } from '../../../ui/icon-paths.ts'
import { CertaintyTag } from '../statement/CertaintyTag.tsx'

type Place = WrittenText['place']

/** What the loaded policies have for a hit: its rule as written, where, and which of its conditions matched. */
export function WrittenHit({ explained }: { explained: ExplainedHit }): ReactNode {
  switch (explained.is) {
    case 'rule':
      return (
        <div className="flex flex-col gap-1">
          <Written name="Rule as written" written={explained.rule} />
          <Conditions conditions={explained.conditions} />
        </div>
      )
    case 'end of tier':
      return (
        <div className="flex flex-col gap-1">
          {explained.tier === null ? (
            <p className="text-2xs text-muted">The tier is not among what is loaded: it ends with Deny.</p>
          ) : (
            <Written name="Tier as written" written={explained.tier} />
          )}
          <p className="text-2xs wrap-anywhere text-muted">
            <code className="text-ink">{visibleText(explained.trigger.name)}</code>, which made the end count:{' '}
            <PlaceText place={explained.triggerPlace} />
          </p>
          <Conditions conditions={explained.conditions} />
        </div>
      )
    case 'stale':
      return (
        <p className="flex items-baseline gap-1.5 text-2xs wrap-anywhere text-staged">
          <Icon name="warning" className="size-3 flex-none translate-y-0.5" />
          <span>
            The loaded policies have no such hit: {visibleText(explained.why)}.{' '}
            {explained.place === null ? null : <PlaceText place={explained.place} />}
          </span>
        </p>
      )
    case 'no policy':
      return null
    default:
      return unreachable(explained, 'kind of an explained hit')
  }
}

function PlaceText({ place: { file, line } }: { place: Place }) {
  return (
    <code className="wrap-anywhere">
      {visibleText(file)}:{line}
    </code>
  )
}

/** So many lines are shown of a longer text, until the reader wants all. */
const MAX_LINES = 14

function Written({ name, written: { text, place } }: { name: string; written: WrittenText }) {
  const [isWhole, setWhole] = useState(false)
  const lines = visibleLines(text)
  // A button for one line would take its place.
  const isShort = lines.length <= MAX_LINES + 1
  const shown = isWhole || isShort ? lines : lines.slice(0, MAX_LINES)
  const more = lines.length - shown.length
  return (
    <figure aria-label={name} className="overflow-hidden rounded-[6px] border border-line-soft bg-page">
      <figcaption className="flex items-baseline gap-2 border-b border-line-soft px-2 py-0.5 text-2xs text-muted">
        <span className="flex-1">{name}</span>
        <PlaceText place={place} />
      </figcaption>
      <pre className="px-2 py-1 font-mono text-2xs leading-snug whitespace-pre-wrap wrap-anywhere text-ink">
        {shown.join('\n')}
      </pre>
      {isShort ? null : (
        <button
          type="button"
          aria-expanded={isWhole}
          className="min-h-6 w-full border-t border-line-soft px-2 text-left text-2xs text-muted underline-offset-2 -outline-offset-2 hover:underline phone:min-h-11"
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? 'Fewer lines' : `${more} more lines`}
        </button>
      )}
    </figure>
  )
}

const HOLDS: Readonly<Record<ExplainedCondition['holds'], { icon: IconName; words: string }>> = {
  true: { icon: 'allow', words: 'holds' },
  false: { icon: 'deny', words: 'does not hold' },
  unknown: { icon: 'question', words: 'not known' },
}

/** Each condition with a sign and a word, and from what that is known. */
function Conditions({ conditions }: { conditions: readonly ExplainedCondition[] }) {
  if (conditions.length === 0) return null
  return (
    <ul aria-label="Conditions" className="flex flex-col gap-0.5 text-2xs">
      {conditions.map((condition) => (
        <Condition key={condition.text} condition={condition} />
      ))}
    </ul>
  )
}

function Condition({ condition: { text, holds, by, missing } }: { condition: ExplainedCondition }) {
  const { icon, words } = HOLDS[holds]
  return (
    <li className="flex items-baseline gap-1.5">
      <Icon name={icon} className="size-3 flex-none translate-y-0.5 text-muted" />
      <span className="min-w-0 flex-1 wrap-anywhere">
        <span className="text-ink">{visibleText(text)}</span>
        {holds === 'true' ? (
          <span className="sr-only"> {words}</span>
        ) : (
          <span className="text-muted"> {words}</span>
        )}
        {missing.length === 0 ? null : (
          <span className="text-muted">: {missing.map((fact) => visibleText(fact)).join('; ')}</span>
        )}
      </span>
      <CertaintyTag certainty={by === null ? 'unknown' : by === 'record' ? 'recorded' : 'inferred'} />
    </li>
  )
}
