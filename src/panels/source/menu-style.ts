import { buttonClass } from '../../ui/Button.tsx'

/** The class names of the button with the source's name, and of the items of its menu. */
export const SOURCE_BUTTON = buttonClass('outline', 'max-w-64')

export const MENU_ITEM =
  'flex h-8 cursor-default items-center gap-2 rounded-md px-2 outline-none data-highlighted:bg-sunken select-none'

export const MENU_SEPARATOR = 'my-1.5 border-t border-line'
