import { Fragment, useEffect, useSyncExternalStore } from 'react'

import { COMMANDS } from '../state/commands/command-table.ts'
import { COMMAND_WORDS } from '../state/commands/command-words.ts'
import { commands, useApplicable, useSaid } from '../state/commands/commands.ts'
import { capsOf, isMac } from '../state/commands/key-chords.ts'
import { KeyCaps } from '../ui/KeyCaps.tsx'
import { type HintedPart, hintedPartOf } from './frame-parts.ts'
import { PART_KEYS, type PartKey } from './part-keys.ts'

const MAC = isMac(navigator.platform)
/** Milliseconds for which the message of a command is shown. */
const MESSAGE_MS = 5000

const NEXT_PART: PartKey = { caps: ['F6'], words: 'next part' }

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
  const hints = part === null ? listHints(applicable) : [...PART_KEYS[part], NEXT_PART]
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

function listHints(applicable: ReadonlySet<string>): readonly PartKey[] {
  const hints = new Map<string, readonly string[]>()
  for (const { id, keys } of COMMANDS) {
    const { hint } = COMMAND_WORDS[id]
    if (hint !== undefined && applicable.has(id)) hints.set(hint, [...(hints.get(hint) ?? []), ...keys])
  }
  return Array.from(hints, ([words, keys]) => ({ words, caps: keys.flatMap((each) => capsOf(each, MAC)) }))
}

/** The part with keys of its own that has the focus; null outside of all. */
function useFocusedPart(): HintedPart | null {
  return useSyncExternalStore(
    (listener) => {
      document.addEventListener('focusin', listener)
      document.addEventListener('focusout', listener)
      return () => {
        document.removeEventListener('focusin', listener)
        document.removeEventListener('focusout', listener)
      }
    },
    () => hintedPartOf(document.activeElement),
  )
}
