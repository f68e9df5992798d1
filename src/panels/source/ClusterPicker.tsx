import { Autocomplete } from '@base-ui/react/autocomplete'
import { type KeyboardEvent, useState } from 'react'

import { type Source, useFlowtrace } from '../../state/client/flowtrace.ts'
import { useClusterStates } from '../../state/goldmane/use-cluster-states.ts'
import { Icon } from '../../ui/Icon.tsx'
import { CaptureRow, ClusterRow } from './ClusterRow.tsx'

interface SourceGroup {
  readonly value: 'Clusters' | 'Captures'
  readonly items: readonly Source[]
}

function nameOf({ name }: Source): string {
  return name
}

/**
 * Finds and chooses a cluster of the server, or the capture that is open, in the order of the configuration. The states
 * are asked for as long as this is on the screen. `onChoose` gets null for the source that is open already.
 */
export function ClusterPicker({ onChoose }: { onChoose: (source: Source | null) => void }) {
  const { source, clusters } = useFlowtrace()
  const { states, failed } = useClusterStates(true)
  const [query, setQuery] = useState('')
  const open = source.open.kind === 'file' ? source : clusters.find(({ name }) => name === source.name)
  const captures = source.open.kind === 'file' ? [source] : []
  const groups: readonly SourceGroup[] = [
    { value: 'Clusters', items: clusters },
    ...(captures.length === 0 ? [] : [{ value: 'Captures', items: captures } as const]),
  ]
  const choose = (chosen: Source) => onChoose(chosen === open ? null : chosen)
  const chooseByDigit = (event: KeyboardEvent) => {
    if (query !== '' || event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return
    const chosen = [...clusters, ...captures][Number(event.key) - 1]
    if (chosen === undefined) return
    event.preventDefault()
    choose(chosen)
  }
  return (
    <Autocomplete.Root
      open
      inline
      items={groups}
      itemToStringValue={nameOf}
      value={query}
      onValueChange={setQuery}
      autoHighlight
      keepHighlight
    >
      <div className="relative flex-none p-2">
        <Icon name="search" className="absolute top-1/2 left-5 size-4 -translate-y-1/2 text-muted" />
        <Autocomplete.Input
          aria-label="Find a cluster or a capture"
          placeholder="Find a cluster or a capture"
          className="h-8 w-full min-w-0 rounded-[8px] border border-edge bg-page pr-3 pl-9 outline-none placeholder:text-muted focus-visible:border-accent focus-visible:shadow-[0_0_0_3px_var(--accent-soft)]"
          onKeyDown={chooseByDigit}
        />
      </div>
      <Autocomplete.Empty className="text-muted [&:not(:empty)]:px-4 [&:not(:empty)]:pb-3">
        Nothing here is called that.
      </Autocomplete.Empty>
      <Autocomplete.List
        aria-label="Clusters and captures"
        className="max-h-[60vh] min-h-0 overflow-y-auto px-1.5 pb-1.5 [scroll-padding-block:0.375rem] empty:hidden"
      >
        {(group: SourceGroup) => (
          <Autocomplete.Group key={group.value} items={group.items}>
            <Autocomplete.GroupLabel
              className={group.value === 'Clusters' ? 'sr-only' : 'px-2.5 pt-2 pb-1 text-xs text-muted'}
            >
              {group.value}
            </Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(item: Source) => (
                <Autocomplete.Item
                  key={item.name}
                  value={item}
                  aria-selected={item === open}
                  className="flex h-12 cursor-default max-sm:h-16 items-center gap-2.5 rounded-md px-2.5 select-none aria-selected:bg-selected data-highlighted:bg-accent-soft"
                  onClick={() => choose(item)}
                >
                  {group.value === 'Clusters' ? (
                    <ClusterRow
                      name={item.name}
                      state={failed ? undefined : states?.get(item.name)}
                      isAsking={!failed && states === undefined}
                    />
                  ) : (
                    <CaptureRow name={item.name} />
                  )}
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  )
}
