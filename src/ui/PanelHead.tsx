import type { ReactNode } from 'react'

import { Icon } from './Icon.tsx'

/** The head of a panel at the side of the page: its title, a line about it, and the button that closes it. */
export function PanelHead({
  title,
  onClose,
  children,
}: {
  title: string
  onClose: () => void
  children: ReactNode
}) {
  return (
    <header className="flex items-center gap-3 border-b border-line px-4 py-2.5 low:py-1">
      <h2 className="font-semibold">{title}</h2>
      <p className="min-w-0 flex-1 truncate text-muted">{children}</p>
      <button
        type="button"
        aria-label="Close"
        title="Close"
        onClick={onClose}
        className="-mr-2 grid size-7 flex-none place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink phone:size-11"
      >
        <Icon name="close" />
      </button>
    </header>
  )
}
