/**
 * The class names of the button with the source's name. It lies over the whole badge, whose words are not in it: they
 * change each second, and a screen reader would read them as its name.
 */
export const SOURCE_BUTTON =
  'order-2 min-w-6 truncate font-semibold text-ink after:absolute after:inset-0 after:rounded-[8px] focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent'

/** The class names of the arrow at the right end of the badge. */
export const SOURCE_ARROW =
  'pointer-events-none absolute top-1/2 right-2.5 size-3 -translate-y-1/2 phone:hidden'

/** The class names of the items of the menu. */

export const MENU_ITEM =
  'flex h-8 cursor-default items-center gap-2 rounded-md px-2 outline-none data-highlighted:bg-sunken select-none'

export const MENU_SEPARATOR = 'my-1.5 border-t border-line'
