import type { ReactNode } from 'react'

import { Icon } from './Icon.tsx'

/** A banner across the screen with a problem and, in `actions`, what the reader can do about it. Announced as an alert. */
export function Notice({
  title,
  children,
  actions,
  tone = 'warning',
}: {
  title: string
  children: ReactNode
  actions?: ReactNode
  tone?: 'warning' | 'error'
}) {
  const colours =
    tone === 'error' ? 'border-deny bg-deny-soft text-ink' : 'border-staged bg-staged-soft text-ink'
  return (
    <div role="alert" className={`flex items-center gap-3 border-b max-sm:flex-wrap px-4 py-2 ${colours}`}>
      <Icon name="warning" className={`size-4 ${tone === 'error' ? 'text-deny' : 'text-staged'}`} />
      <div className="min-w-0 flex-1 max-sm:basis-4/5">
        <strong className="font-semibold">{title}</strong> {children}
      </div>
      {actions}
    </div>
  )
}
