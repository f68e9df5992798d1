import { Fragment, useEffect, useSyncExternalStore } from 'react'

import { COMMANDS } from '../state/commands/command-table.ts'
import { commands, useApplicable, useSaid } from '../state/commands/commands.ts'
import { capsOf, isMac } from '../state/commands/key-chords.ts'
import { KeyCaps } from '../ui/KeyCaps.tsx'
import { type Part, partOf } from './frame-parts.ts'

const MAC = isMac(navigator.platform)
/** Milliseconds for which the message of a command is shown. */
const MESSAGE_MS = 5000

interface Hint {
  readonly caps: readonly string[]
  readonly words: string
}

/** The keys of the parts that handle them themselves. The list's are commands. */
const PART_HINTS: Readonly<Record<Exclude<Part, 'list'>, readonly Hint[]>> = {
  query: [
    { caps: ['Enter'], words: 'apply' },
    { caps: ['Esc'], words: 'to the list' },
  ],
  timeline: [
    { caps: ['←', '→'], words: 'move the range' },
    { caps: ['Shift', '→'], words: 'its end' },
    { caps: ['+', '−'], words: 'wider, narrower' },
  ],
  facets: [
    { caps: ['↑', '↓'], words: 'move' },
    { caps: ['Space'], words: 'filter by the value' },
  ],
  answer: [
    { caps: ['Space'], words: 'scroll' },
    { caps: ['Esc'], words: 'back to the row' },
  ],
}

/** The keys of the part that has the focus, or the message of the last command. */
export function KeyHints() {
  const part = useFocusedPart()
  const applicable = useApplicable()
  const said = useSaid()
  useEffect(() => {
    if (said === '') return undefined
    const timer = setTimeout(() => commands.say(''), MESSAGE_MS)
    return () => clearTimeout(timer)
  }, [said])
  const hints = part === null || part === 'list' ? listHints(applicable) : partHints(part)
  return (
    <>
      {said === '' ? (
        // Other hints take the place of these as a whole, so that none of them is seen to move.
        <Fragment key={hints.map(({ words }) => words).join()}>
          {hints.map(({ caps, words }) => (
            <span key={words} className="hidden items-center gap-1 md:flex">
              <KeyCaps caps={caps} />
              {words}
            </span>
          ))}
        </Fragment>
      ) : null}
      <output className="truncate text-ink">{said}</output>
    </>
  )
}

function listHints(applicable: ReadonlySet<string>): readonly Hint[] {
  const hints = new Map<string, readonly string[]>()
  for (const { id, hint, keys } of COMMANDS)
    if (hint !== undefined && applicable.has(id)) hints.set(hint, [...(hints.get(hint) ?? []), ...keys])
  return Array.from(hints, ([words, keys]) => ({ words, caps: keys.flatMap((each) => capsOf(each, MAC)) }))
}

function partHints(part: Exclude<Part, 'list'>): readonly Hint[] {
  return [...PART_HINTS[part], { caps: ['F6'], words: 'next part' }]
}

/** The part of the frame with the focus; null outside of all. */
function useFocusedPart(): Part | null {
  return useSyncExternalStore(
    (listener) => {
      document.addEventListener('focusin', listener)
      document.addEventListener('focusout', listener)
      return () => {
        document.removeEventListener('focusin', listener)
        document.removeEventListener('focusout', listener)
      }
    },
    () => partOf(document.activeElement),
  )
}
