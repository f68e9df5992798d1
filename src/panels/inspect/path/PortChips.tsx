import { useRef, useState } from 'react'

import { MIN_SCANNED, SCAN_SECONDS } from '../../../flows/scan-rule.ts'
import { displayPort } from '../../../flows/spelling.ts'
import { formatCount, formatMinutes, formatPlural } from '../../../lib/format.ts'
import type { PortUse, Row } from '../../../state/client/rows.ts'
import { useView } from '../../../state/view/navigation.ts'
import { ValueMenu } from '../../../ui/ValueMenu.tsx'
import { sameProtocolWords } from './same-protocol-words.ts'

/** So many ports have a chip each; further ones share a chip with a menu. */
const MAX_CHIPS = 3

/** One quantity for all chips: connections where the group has them, or else records. */
function countOf(use: PortUse, group: Row): number {
  return group.numConnectionsStarted === null ? use.records : (use.connections ?? 0)
}

function portOf({ proto, port }: PortUse): string {
  return displayPort({ proto, destPort: port })
}

/** The ports of a group: the open one is marked, and another one opens in its place. Nothing for a single port. */
export function PortChips({ group, openPort }: { group: Row | null; openPort: string }) {
  const [, navigate] = useView()
  if (group === null || group.portCount < 2) return null
  const isOpen = (use: PortUse) => portOf(use) === openPort
  const chosen = group.ports.find(isOpen)
  const first = group.ports.slice(0, group.portCount <= MAX_CHIPS ? MAX_CHIPS : 1)
  const chips = chosen === undefined || first.includes(chosen) ? first : [...first, chosen]
  const rest = group.ports.filter((use) => !chips.includes(use))
  const unit = group.numConnectionsStarted === null ? 'records' : 'connections'
  return (
    <ul aria-label="Ports" className="mt-1.5 flex flex-wrap items-center gap-1.5">
      {chips.map((use) => (
        <li key={use.id}>
          <button
            type="button"
            aria-pressed={isOpen(use)}
            className="h-7 rounded-full border border-line px-2.5 font-mono text-xs hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft max-sm:h-9"
            onClick={() => navigate({ open: use.id }, 'replace')}
          >
            {portOf(use)} <span className="text-muted">{formatCount(countOf(use, group))}</span>
            <span className="sr-only"> {unit}</span>
          </button>
        </li>
      ))}
      {group.portCount > chips.length ? (
        <li>
          <RestOfPorts group={group} chips={chips} rest={rest} />
        </li>
      ) : null}
      {group.scan === null ? null : (
        <li
          className="rounded-[5px] bg-deny-soft px-1.5 text-2xs leading-5 text-deny"
          title={`A guess: at least ${MIN_SCANNED} ports or destinations, last used within ${formatPlural(SCAN_SECONDS / 60, 'minute')} of each other.`}
        >
          scan? {formatMinutes(group.scan.from, group.scan.to)}
        </li>
      )}
    </ul>
  )
}

function RestOfPorts({
  group,
  chips,
  rest,
}: {
  group: Row
  chips: readonly PortUse[]
  rest: readonly PortUse[]
}) {
  const [, navigate] = useView()
  const button = useRef<HTMLButtonElement>(null)
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null)
  const total = group.numConnectionsStarted ?? group.records
  const count = total - chips.reduce((sum, use) => sum + countOf(use, group), 0)
  const unlisted = group.portCount - chips.length - rest.length
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        className="h-7 rounded-full border border-line px-2.5 text-xs hover:bg-sunken max-sm:h-9"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {sameProtocolWords(rest, unlisted)}{' '}
        <span className="text-muted">{formatCount(Math.max(0, count))}</span>
      </button>
      {anchor === null ? null : (
        <ValueMenu
          anchor={anchor}
          returnTo={button}
          name="Other ports"
          onClose={() => setAnchor(null)}
          sections={[
            {
              title: 'Open the answer of',
              detail: unlisted === 0 ? '' : `${formatCount(unlisted)} more are under By port`,
              entries: rest.map((use) => ({
                title: `${portOf(use)}: ${formatCount(countOf(use, group))}`,
                onSelect: () => navigate({ open: use.id }, 'replace'),
              })),
            },
          ]}
        />
      )}
    </>
  )
}
