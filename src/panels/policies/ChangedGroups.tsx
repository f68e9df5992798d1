import { displayPort } from '../../flows/spelling.ts'
import { unreachable } from '../../lib/assert.ts'
import { formatPlural } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { describeAction } from '../../state/action-words.ts'
import type { ChangedGroup, PolicyRunResult } from '../../state/policies/use-policies.ts'
import { navigate } from '../../state/view/navigation.ts'
import { destParts, sourceParts, withWorkloads } from '../../trace/words/phrases.ts'
import type { Parts } from '../../trace/words/statement.ts'
import { HATCHED } from '../../ui/hatched.ts'
import { VerdictBadge } from '../../ui/VerdictBadge.tsx'

/** The groups whose verdict would change or cannot be told; each opens on the screen behind. */
export function ChangedGroups({
  result: { changed, changedTotal },
  onOpen,
}: {
  result: Pick<PolicyRunResult, 'changed' | 'changedTotal'>
  onOpen: () => void
}) {
  if (changed.length === 0) return null
  const more = changedTotal - changed.length
  return (
    <>
      <ul aria-label="Changes" className="rounded-[8px] border border-line">
        {changed.map((group) => (
          <li key={`${group.id} ${group.kind}`} className="border-line-soft not-first:border-t">
            <button
              type="button"
              className="block w-full px-3 py-1.5 text-left -outline-offset-2 hover:bg-sunken"
              onClick={() => {
                navigate({ screen: 'flows', shape: 'groups', open: group.id })
                onOpen()
              }}
            >
              <Change group={group} />
            </button>
          </li>
        ))}
      </ul>
      {more > 0 ? (
        <p className="text-xs text-muted">and {formatPlural(more, 'other group')}, not listed</p>
      ) : null}
    </>
  )
}

function textOf(parts: Parts): string {
  return parts.map(({ text }) => text).join('')
}

/** A flow whose labels may be lost lacks one for each selector. */
const MAX_FACTS = 3

function missingWords(missing: readonly string[]): string {
  const shown = missing.slice(0, MAX_FACTS).map((fact) => visibleText(fact))
  const more = missing.length - shown.length
  return more > 0 ? `${shown.join('; ')}, and ${more} more` : shown.join('; ')
}

function Change({ group }: { group: ChangedGroup }) {
  const { key, after, connections, records } = group
  const ends = withWorkloads(key)
  const [decider] = after.deciding
  const place = decider?.place ?? null
  return (
    <>
      <span className="flex flex-wrap items-center gap-x-2">
        <Kind group={group} />
        <span className="ml-auto text-xs text-muted tabular-nums">
          {connections === null ? formatPlural(records, 'record') : formatPlural(connections, 'connection')}
        </span>
      </span>
      <span className="block break-words">
        <code className="text-xs">{textOf(sourceParts(ends))}</code> →{' '}
        <code className="text-xs">{textOf(destParts(ends))}</code> {displayPort(key)}
      </span>
      <span className="block text-xs break-words text-muted">
        {after.verdict === 'unknown'
          ? `not known: ${missingWords(after.missing)}`
          : visibleText(decider?.words ?? '')}
        {place === null ? null : (
          <>
            {' '}
            <code className="text-2xs">
              {visibleText(place.file)}:{place.line}
            </code>
          </>
        )}
      </span>
    </>
  )
}

/** Both ends of a connection may have recorded it, as two groups that only this tells apart. */
const GATES: Readonly<Record<ChangedGroup['direction'], string>> = { egress: 'leaving', ingress: 'entering' }

function Kind({ group: { kind, key, direction } }: { group: ChangedGroup }) {
  switch (kind) {
    case 'allow-to-deny':
      return <FromTo from="Allow" to="Deny" direction={direction} />
    case 'deny-to-allow':
      return <FromTo from="Deny" to="Allow" direction={direction} />
    case 'unknown':
      return (
        <span className="flex items-center gap-1.5">
          {describeAction(key.action).word} →{' '}
          <span className="rounded-[4px] border border-line px-1 text-2xs text-muted" style={HATCHED}>
            cannot be said
          </span>{' '}
          {GATES[direction]}
        </span>
      )
    default:
      return unreachable(kind, 'kind of a change')
  }
}

function FromTo({
  from,
  to,
  direction,
}: {
  from: 'Allow' | 'Deny'
  to: 'Allow' | 'Deny'
  direction: ChangedGroup['direction']
}) {
  return (
    <span className="flex items-center gap-1.5">
      {from} → <VerdictBadge {...describeAction(to)} /> {GATES[direction]}
    </span>
  )
}
