import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { useRef, useState } from 'react'

import { type Command, COMMANDS } from '../state/commands/command-table.ts'
import { commands, useApplicable } from '../state/commands/commands.ts'
import { capsOf, isMac } from '../state/commands/key-chords.ts'
import { recentCommands, rememberCommand } from '../state/commands/recent-commands.ts'
import { KeyCaps } from '../ui/KeyCaps.tsx'
import { fuzzyFind } from './fuzzy-search.ts'
import { ModalDialog } from './ModalDialog.tsx'

const MAC = isMac(navigator.platform)

function searchText({ title, group }: Command): string {
  return `${title} ${group}`
}

/** The commands that match the query, best match first and recently used ones first among equals; disabled ones last. */
function findCommands(query: string, applicable: ReadonlySet<string>): readonly Command[] {
  const recent = recentCommands()
  const rank = ({ id }: Command) => (recent.includes(id) ? recent.indexOf(id) : recent.length)
  // Opening the palette is pointless inside the palette.
  const all = COMMANDS.filter(({ id }) => id !== 'palette.open').toSorted((a, b) => rank(a) - rank(b))
  const found = fuzzyFind(query, all, searchText)
  const enabled = found.filter(({ id }) => applicable.has(id))
  return [...enabled, ...found.filter(({ id }) => !applicable.has(id))]
}

/** Finds and runs a command by a part of its title. */
export function CommandPalette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const applicable = useApplicable()
  const [query, setQuery] = useState('')
  const chosen = useRef<Command | null>(null)
  // A command may move the focus, so it runs after the dialog has restored it.
  const runChosen = () => {
    setQuery('')
    const command = chosen.current
    chosen.current = null
    if (command !== null) commands.run(command.id)
  }
  const choose = (command: Command) => {
    chosen.current = command
    rememberCommand(command.id)
    onClose()
  }
  return (
    <ModalDialog title="Commands" open={open} onClose={onClose} onClosed={runChosen}>
      <Autocomplete.Root
        open
        inline
        items={findCommands(query, applicable)}
        itemToStringValue={searchText}
        filter={null}
        value={query}
        onValueChange={setQuery}
        autoHighlight="always"
        keepHighlight
      >
        <div className="flex items-center gap-2 border-b border-line p-2.5">
          <Autocomplete.Input
            aria-label="Search commands"
            placeholder="What do you want to do?"
            className="h-9 w-full min-w-0 rounded-[8px] border border-accent bg-page px-3 text-base outline-none placeholder:text-faint focus-visible:shadow-[0_0_0_3px_var(--accent-soft)]"
          />
          <Dialog.Close className="rounded-[4px] bg-sunken px-1.5 font-mono text-2xs leading-5 text-muted hover:text-ink">
            Esc
            <span className="sr-only">: close</span>
          </Dialog.Close>
        </div>
        <Autocomplete.Empty className="text-muted [&:not(:empty)]:p-4">
          No command is called that.
        </Autocomplete.Empty>
        <Autocomplete.List className="min-h-0 overflow-y-auto p-1.5 [scroll-padding-block:0.375rem] empty:hidden">
          {(command: Command) => (
            <Autocomplete.Item
              key={command.id}
              value={command}
              disabled={!applicable.has(command.id)}
              onClick={() => choose(command)}
              className="flex min-h-8 cursor-default items-center gap-3 rounded-md px-2.5 select-none data-disabled:text-faint data-highlighted:bg-accent-soft"
            >
              <span className="min-w-0 flex-1">{command.title}</span>
              {applicable.has(command.id) ? null : <span className="text-2xs">not now</span>}
              <span className="flex-none">
                {command.keys.map((keys) => (
                  <KeyCaps key={keys} caps={capsOf(keys, MAC)} />
                ))}
              </span>
            </Autocomplete.Item>
          )}
        </Autocomplete.List>
      </Autocomplete.Root>
    </ModalDialog>
  )
}
