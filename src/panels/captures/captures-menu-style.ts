/** The class names of the menus of this screen. */
export const CAPTURES_MENU =
  'min-w-48 rounded-[10px] border border-line bg-surface p-1.5 text-ink shadow-[0_8px_30px_rgb(0_0_0/0.14)] outline-none'

export const CAPTURES_MENU_ITEM =
  'flex h-8 cursor-default items-center gap-2 rounded-md px-2 outline-none select-none data-disabled:text-faint data-highlighted:bg-sunken'
