import { Dialog } from '@base-ui/react/dialog'
import { memo } from 'react'

import { COMMANDS } from '../state/commands/command-table.ts'
import { COMMAND_GROUPS, COMMAND_WORDS, type CommandGroup } from '../state/commands/command-words.ts'
import { capsOf, isMac } from '../state/commands/key-chords.ts'
import { Icon } from '../ui/Icon.tsx'
import { KeyCaps } from '../ui/KeyCaps.tsx'
import type { HintedPart } from './frame-parts.ts'
import { ModalDialog } from './ModalDialog.tsx'
import { PART_KEYS, type PartKey } from './part-keys.ts'

const MAC = isMac(navigator.platform)

const HELP_PARTS = [
  ['query', 'In the query'],
  ['timeline', 'In the timeline'],
  ['facets', 'In the facets'],
  ['answer', 'In the answer'],
] as const satisfies readonly (readonly [HintedPart, string])[]

/** Keys of a part beyond those of {@link PART_KEYS}. */
const FURTHER_KEYS: Readonly<Partial<Record<HintedPart, readonly PartKey[]>>> = {
  query: [
    { caps: ['Tab'], words: 'take an offer' },
    { caps: ['Alt', '−'], words: 'exclude the offered value' },
    { caps: ['Delete'], words: 'remove the chip' },
  ],
  timeline: [
    { caps: ['PgUp', 'PgDn'], words: 'move the selected range' },
    { caps: ['Enter'], words: 'only this bar' },
    { caps: ['Esc'], words: 'everything held again' },
    { caps: ['0'], words: 'end the zoom' },
  ],
}

/** Every command with its shortcuts, from the same table that `Shortcuts` matches key presses against. */
export const HelpDialog = memo(function HelpDialog({
  open,
  onClose,
}: {
  open: boolean
  onClose: () => void
}) {
  return (
    <ModalDialog title="Keys" open={open} onClose={onClose} wide>
      <div className="flex items-center gap-3 border-b border-line px-5 py-3">
        <Dialog.Title className="text-lg font-semibold">Keys</Dialog.Title>
        <p className="min-w-0 flex-1 text-muted">
          They work wherever you are on the page, but not while you type.
        </p>
        <Dialog.Close
          aria-label="Close"
          className="-mr-2 grid size-7 place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink"
        >
          <Icon name="close" />
        </Dialog.Close>
      </div>
      <section
        aria-label="Commands"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
        tabIndex={0}
        className="min-h-0 gap-x-8 overflow-y-auto px-5 py-4 sm:columns-2"
      >
        {COMMAND_GROUPS.map((group) => (
          <Group key={group} group={group} />
        ))}
        {HELP_PARTS.map(([part, title]) => (
          <PartGroup key={part} part={part} title={title} />
        ))}
      </section>
    </ModalDialog>
  )
})

/** The keys that work in one part only, with those that have no room in the footer. */
function PartGroup({ part, title }: { part: HintedPart; title: string }) {
  return (
    <section className="mb-4 break-inside-avoid">
      <h3 className="mb-1 text-xs font-semibold text-muted">{title}</h3>
      <dl>
        {[...PART_KEYS[part], ...(FURTHER_KEYS[part] ?? [])].map(({ caps, words }) => (
          <div key={words} className="flex gap-3 border-t border-line-soft py-1.5">
            <dt className="order-2 w-20 flex-none text-right">
              <KeyCaps caps={caps} />
            </dt>
            <dd className="min-w-0 flex-1">{capitalised(words)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function capitalised(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

function Group({ group }: { group: CommandGroup }) {
  return (
    <section className="mb-4 break-inside-avoid">
      <h3 className="mb-1 text-xs font-semibold text-muted">{group}</h3>
      <dl>
        {COMMANDS.filter(({ id }) => COMMAND_WORDS[id].group === group).map(({ id, keys }) => (
          <div key={id} className="flex gap-3 border-t border-line-soft py-1.5">
            <dt className="order-2 min-w-20 flex-none text-right">
              {keys.length === 0 ? <span className="text-2xs text-muted">palette</span> : null}
              {keys.map((each) => (
                <KeyCaps key={each} caps={capsOf(each, MAC)} />
              ))}
            </dt>
            <dd className="min-w-0 flex-1">
              <p>{COMMAND_WORDS[id].title}</p>
              {COMMAND_WORDS[id].note === undefined ? null : (
                <p className="text-xs text-muted">{COMMAND_WORDS[id].note}</p>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
