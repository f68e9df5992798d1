import type { ReactNode } from 'react'

import { Icon } from './Icon.tsx'

type Tone = 'warning' | 'error'

/** A banner across the screen with a problem and, in `actions`, what the reader can do about it. Announced as an alert. */
export function Notice({
  title,
  children,
  actions,
  onClose,
  tone = 'warning',
}: {
  title: string
  children: ReactNode
  actions?: ReactNode
  /** For a notice that the reader may put away. */
  onClose?: () => void
  tone?: Tone
}) {
  return (
    <NoticeFrame tone={tone}>
      <NoticeText title={title}>{children}</NoticeText>
      {actions}
      {onClose === undefined ? null : (
        <button
          type="button"
          aria-label="Close the notice"
          className="grid size-6 flex-none place-items-center rounded-md hover:bg-surface"
          onClick={onClose}
        >
          <Icon name="close" className="size-3.5" />
        </button>
      )}
    </NoticeFrame>
  )
}

/** A {@link Notice} of which a part is loaded later, so that the other parts stay when it comes. */
export function NoticeFrame({ tone, children }: { tone: Tone; children: ReactNode }) {
  const colours =
    tone === 'error' ? 'border-deny bg-deny-soft text-ink' : 'border-staged bg-staged-soft text-ink'
  return (
    <div
      role="alert"
      className={`flex items-center min-h-8 gap-x-3 gap-y-1 border-y px-4 py-0.5 max-sm:flex-wrap max-sm:py-1 ${colours}`}
    >
      <Icon name="warning" className={`size-4 ${tone === 'error' ? 'text-deny' : 'text-staged'}`} />
      {children}
    </div>
  )
}

export function NoticeText({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="min-w-0 flex-1 max-sm:basis-4/5">
      <strong className="font-semibold">{title}</strong> {children}
    </div>
  )
}
