import type { KeyboardEvent, ReactNode } from 'react'

export interface TabEntry<Id extends string> {
  readonly id: Id
  readonly title: string
  /** Muted text after the title, such as a count: empty keeps the room for one that is not known yet, null keeps none. */
  readonly detail: ReactNode
  readonly help?: string
}

/**
 * A tab list that controls the panel of the id `panelId`. Arrow keys, Home and End move and select (roving tabindex); an
 * arrow key beyond the first or the last tab is left to the bar that the list stands in.
 */
export function TabList<Id extends string>({
  name,
  tabs,
  selected,
  panelId,
  onSelect,
}: {
  name: string
  tabs: readonly TabEntry<Id>[]
  selected: Id
  panelId: string
  onSelect: (id: Id) => void
}) {
  const move = (event: KeyboardEvent<HTMLElement>) => {
    const at = tabs.findIndex(({ id }) => id === selected)
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: tabs.length - 1,
    }
    const next = steps[event.key]
    const tab = next === undefined ? undefined : tabs[next]
    if (tab === undefined) return
    event.preventDefault()
    onSelect(tab.id)
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${tab.id}"]`)?.focus()
  }
  return (
    // Not focusable by Tab: the selected tab inside is.
    <div role="tablist" tabIndex={-1} aria-label={name} onKeyDown={move} className="flex h-full gap-1">
      {tabs.map(({ id, title, detail, help }) => (
        <button
          key={id}
          type="button"
          role="tab"
          data-tab={id}
          aria-selected={id === selected}
          aria-controls={panelId}
          tabIndex={id === selected ? 0 : -1}
          title={help}
          onClick={() => onSelect(id)}
          className={`-mb-px border-b-2 px-2 text-sm whitespace-nowrap ${id === selected ? 'border-accent font-medium text-ink' : 'border-transparent text-muted hover:text-ink'}`}
        >
          {/* As wide as it is when selected, and room for four digits: the other tabs keep their places. */}
          <span
            data-title={title}
            className="inline-block before:invisible before:block before:h-0 before:overflow-hidden before:font-medium before:content-[attr(data-title)]"
          >
            {title}
          </span>{' '}
          {detail === null ? null : (
            <span className="inline-block min-w-[4ch] text-left font-normal text-muted tabular-nums">
              {detail}
            </span>
          )}
        </button>
      ))}
    </div>
  )
}
