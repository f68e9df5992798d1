import { Menu } from '@base-ui/react/menu'
import type { RefObject } from 'react'

import type { MenuAnchor } from './menu-anchor.ts'

/** An action. `cap` is the key cap of the shortcut that does the same without the menu. */
export interface MenuEntry {
  readonly title: string
  readonly cap?: string
  readonly disabled?: boolean
  readonly onSelect: () => void
}

/** A group of entries with a heading. */
export interface MenuSection {
  /** Such as "Source namespace"; empty for no heading. */
  readonly title: string
  readonly detail?: string
  readonly entries: readonly MenuEntry[]
}

/**
 * A context menu, open from the moment that it is rendered. Escape closes it, and the focus returns to `returnTo`, or
 * to the element that had it.
 */
export function ValueMenu({
  anchor,
  name,
  sections,
  onClose,
  returnTo,
}: {
  anchor: MenuAnchor
  /** The accessible name. */
  name: string
  sections: readonly MenuSection[]
  onClose: () => void
  returnTo?: RefObject<HTMLElement | null>
}) {
  return (
    <Menu.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} align="start" sideOffset={4} collisionPadding={8} className="z-40">
          <Menu.Popup
            aria-label={name}
            {...(returnTo === undefined ? {} : { finalFocus: returnTo })}
            className="max-h-(--available-height) w-64 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-[10px] border border-line bg-surface py-1 text-ink shadow-[0_8px_30px_rgb(0_0_0/0.14)] outline-none"
          >
            {sections.map((section, index) => (
              <Menu.Group
                key={`${section.title} ${section.detail ?? ''}`}
                className={index === 0 ? '' : 'mt-1 border-t border-line pt-1'}
              >
                {section.title === '' ? null : (
                  <Menu.GroupLabel className="flex gap-1.5 px-3 py-1 text-2xs text-muted">
                    <span className="whitespace-nowrap">{section.title}</span>
                    <code className="min-w-0 truncate font-semibold text-ink" title={section.detail}>
                      {section.detail}
                    </code>
                  </Menu.GroupLabel>
                )}
                {section.entries.map(({ title, cap, disabled = false, onSelect }) => (
                  <Menu.Item
                    key={title}
                    disabled={disabled}
                    onClick={onSelect}
                    aria-keyshortcuts={cap}
                    className="flex h-7 cursor-default items-center gap-3 px-3 text-xs outline-none data-disabled:text-faint data-highlighted:bg-accent-soft"
                  >
                    <span className="min-w-0 flex-1 truncate">{title}</span>
                    {cap === undefined ? null : (
                      <kbd
                        aria-hidden="true"
                        className="rounded-[4px] bg-sunken px-1.5 text-2xs leading-4 text-muted"
                      >
                        {cap}
                      </kbd>
                    )}
                  </Menu.Item>
                ))}
              </Menu.Group>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
