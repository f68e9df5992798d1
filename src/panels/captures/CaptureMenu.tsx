import { Menu } from '@base-ui/react/menu'

import { Icon } from '../../ui/Icon.tsx'
import type { MenuEntry } from '../../ui/ValueMenu.tsx'
import { CAPTURES_MENU, CAPTURES_MENU_ITEM } from './captures-menu-style.ts'

/** The menu ⋯ of a capture. */
export function CaptureMenu({ name, actions }: { name: string; actions: readonly MenuEntry[] }) {
  return (
    <Menu.Root>
      <Menu.Trigger
        aria-label={`More about ${name}`}
        className="grid size-7 flex-none place-items-center rounded-[7px] text-muted hover:bg-sunken hover:text-ink"
      >
        <Icon name="more" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-40">
          <Menu.Popup className={CAPTURES_MENU}>
            {actions.map(({ title, disabled = false, onSelect }) => (
              <Menu.Item key={title} className={CAPTURES_MENU_ITEM} disabled={disabled} onClick={onSelect}>
                {title}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
