import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'

import { print } from '../filter/language/print.ts'
import type { CaptureOpening } from '../state/captures/capture-opening.ts'
import { type Command, COMMANDS } from '../state/commands/command-table.ts'
import { COMMAND_WORDS } from '../state/commands/command-words.ts'
import { commands, useApplicable } from '../state/commands/commands.ts'
import { capsOf, isMac } from '../state/commands/key-chords.ts'
import { recentCommands, rememberCommand } from '../state/commands/recent-commands.ts'
import { rememberQuery } from '../state/remembered/query-history.ts'
import { navigate } from '../state/view/navigation.ts'
import { KeyCaps } from '../ui/KeyCaps.tsx'
import { fuzzyFind, isCloseMatch } from './fuzzy-search.ts'
import { ModalDialog } from './ModalDialog.tsx'
import { type PaletteCapture, usePaletteCaptures } from './palette-captures.ts'
import type { QueryEntry } from './palette-search.ts'
import { usePaletteSearch } from './use-palette-search.ts'

const MAC = isMac(navigator.platform)

interface CommandEntry {
  readonly kind: 'command'
  readonly id: string
  readonly title: string
  readonly command: Command
  /** Whether it applies now. */
  readonly applies: boolean
}

type Entry = CommandEntry | QueryEntry | PaletteCapture

interface EntryGroup {
  readonly value: string
  readonly items: readonly Entry[]
}

function searchText({ id }: Command): string {
  const { title, group } = COMMAND_WORDS[id]
  return `${title} ${group}`
}

/** The commands that match the query, best match first and recently used ones first among equals; disabled ones last. */
function findCommands(query: string, applicable: ReadonlySet<string>): readonly CommandEntry[] {
  const recent = recentCommands()
  const rank = ({ id }: Command) => (recent.includes(id) ? recent.indexOf(id) : recent.length)
  // Opening the palette is pointless inside the palette.
  const all = COMMANDS.filter(({ id }) => id !== 'palette.open').toSorted((a, b) => rank(a) - rank(b))
  const found = fuzzyFind(query, all, searchText)
    .filter((command) => isCloseMatch(query, searchText(command)))
    .map((command): CommandEntry => ({
      kind: 'command',
      id: command.id,
      title: COMMAND_WORDS[command.id].title,
      command,
      applies: applicable.has(command.id),
    }))
  return [...found.filter(({ applies }) => applies), ...found.filter(({ applies }) => !applies)]
}

/** Commands stand first: values come later, and must not move what is highlighted. */
function useEntryGroups(
  query: string,
  opening: CaptureOpening,
): { readonly groups: readonly EntryGroup[]; readonly isPending: boolean } {
  const applicable = useApplicable()
  const captures = usePaletteCaptures(query, opening)
  const { groups: found, isPending } = usePaletteSearch(query)
  const groups = useMemo(() => {
    const all = [
      { value: 'Commands', items: findCommands(query, applicable) },
      { value: 'Captures', items: captures },
      ...found.map(({ title, entries }) => ({ value: title, items: entries })),
    ]
    return all.filter(({ items }) => items.length > 0)
  }, [query, applicable, captures, found])
  return { groups, isPending }
}

function runEntry(entry: Entry): void {
  if (entry.kind === 'command') {
    commands.run(entry.command.id)
    return
  }
  if (entry.kind === 'capture') {
    entry.open()
    return
  }
  const text = print(entry.filter)
  rememberQuery(text)
  navigate({ filter: entry.filter })
  commands.say(text === '' ? 'The filter is empty' : `Filter: ${text}`)
}

/**
 * Finds commands by a part of their title, and namespaces, workloads, policies, services, saved queries and recent captures
 * by a part of their name: `only backend`, `without backend`.
 */
export function CommandPalette({
  open,
  onClose,
  opening,
}: {
  open: boolean
  onClose: () => void
  opening: CaptureOpening
}) {
  const chosen = useRef<Entry | null>(null)
  // A command may move the focus, so it runs after the dialog has restored it.
  const runChosen = () => {
    const entry = chosen.current
    chosen.current = null
    if (entry !== null) runEntry(entry)
  }
  const choose = (entry: Entry) => {
    chosen.current = entry
    if (entry.kind === 'command') rememberCommand(entry.command.id)
    onClose()
  }
  return (
    <ModalDialog title="Commands" open={open} onClose={onClose} onClosed={runChosen}>
      <Palette opening={opening} onChoose={choose} />
    </ModalDialog>
  )
}

/** The inside of the dialog, of its own: while the palette is closed, nothing is searched. */
function Palette({ opening, onChoose }: { opening: CaptureOpening; onChoose: (entry: Entry) => void }) {
  const [query, setQuery] = useState('')
  const { groups, isPending } = useEntryGroups(query, opening)
  // The text for which Enter was pressed before anything was found for it.
  const entered = useRef<string | null>(null)
  const first = groups[0]?.items[0]
  const onFound = useEffectEvent((entry: Entry) => onChoose(entry))
  useEffect(() => {
    if (first !== undefined && entered.current === query) onFound(first)
    if (first !== undefined || !isPending || entered.current !== query) entered.current = null
  }, [first, query, isPending])
  return (
    <Autocomplete.Root
      open
      inline
      items={groups}
      itemToStringValue={({ title }: Entry) => title}
      filter={null}
      value={query}
      onValueChange={setQuery}
      autoHighlight="always"
      keepHighlight
    >
      <div className="flex items-center gap-2 border-b border-line p-2.5">
        <Autocomplete.Input
          aria-label="Search or command"
          placeholder="A command or a name, as: only backend"
          onKeyDown={({ key }) => {
            if (key === 'Enter' && isPending && first === undefined) entered.current = query
          }}
          className="h-9 w-full min-w-0 rounded-[8px] border border-accent bg-page px-3 text-base outline-none placeholder:text-faint focus-visible:shadow-[0_0_0_3px_var(--accent-soft)]"
        />
        <Dialog.Close className="min-h-6 rounded-[4px] bg-sunken px-1.5 font-mono text-2xs leading-5 text-muted hover:text-ink">
          Esc
          <span className="sr-only">: close</span>
        </Dialog.Close>
      </div>
      <Autocomplete.Empty className="text-muted [&:not(:empty)]:p-4">
        No command, name or saved query matches.
      </Autocomplete.Empty>
      <Autocomplete.List className="min-h-0 overflow-y-auto p-1.5 [scroll-padding-block:2rem] empty:hidden">
        {(group: EntryGroup) => (
          <Autocomplete.Group key={group.value} items={group.items}>
            <Autocomplete.GroupLabel className="px-2.5 pt-2 pb-1 text-2xs text-muted">
              {group.value}
            </Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(entry: Entry) => <PaletteItem key={entry.id} entry={entry} onChoose={onChoose} />}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  )
}

function PaletteItem({ entry, onChoose }: { entry: Entry; onChoose: (entry: Entry) => void }) {
  return (
    <Autocomplete.Item
      value={entry}
      disabled={entry.kind === 'command' && !entry.applies}
      onClick={() => onChoose(entry)}
      className="flex min-h-8 cursor-default items-center gap-3 rounded-md px-2.5 select-none data-disabled:text-faint data-highlighted:bg-accent-soft"
    >
      <span className="min-w-0 flex-1 truncate">{entry.title}</span>
      {entry.kind !== 'command' ? (
        <span className="max-w-1/2 truncate text-2xs text-muted">{entry.detail}</span>
      ) : (
        <>
          {entry.applies ? null : <span className="text-2xs">not now</span>}
          <span className="flex-none">
            {entry.command.keys.map((keys) => (
              <KeyCaps key={keys} caps={capsOf(keys, MAC)} />
            ))}
          </span>
        </>
      )}
    </Autocomplete.Item>
  )
}
