import { Suspense } from 'react'

import { ScopeChip } from '../panels/source/ScopeChip.tsx'
import { SourceBadge } from '../panels/source/SourceBadge.tsx'
import { CommandButtons } from './CommandButtons.tsx'
import { CopyLink } from './CopyLink.tsx'
import { SourceMenu } from './later.ts'
import { Screens } from './Screens.tsx'
import { ThemeButton } from './ThemeButton.tsx'

export function TopBar() {
  return (
    <header className="flex min-h-12 flex-none flex-wrap items-center gap-x-2.5 gap-y-1 border-b border-line bg-surface px-4 py-1.5 sm:gap-x-4">
      <h1 className="flex items-center gap-2 text-[0.9375rem] font-semibold tracking-tight">
        <svg
          viewBox="0 0 20 20"
          className="size-5"
          fill="none"
          stroke="var(--accent)"
          strokeWidth="1.8"
          strokeLinecap="round"
          aria-hidden="true"
        >
          <path d="M2 5h7c3 0 3 5 6 5h3" />
          <path d="M2 10h4c3 0 4 5 8 5h4" opacity=".6" />
          <circle cx="17" cy="10" r="1.3" fill="var(--accent)" />
        </svg>
        Flowtrace
      </h1>
      <SourceBadge />
      <Suspense fallback={null}>
        <SourceMenu />
      </Suspense>
      <ScopeChip />
      <div className="ml-auto flex flex-wrap items-center gap-x-1 gap-y-1 sm:gap-x-2">
        <Screens />
        <CommandButtons />
        {/* On a narrow screen the palette holds these. */}
        <div className="hidden gap-2 sm:flex">
          <CopyLink />
          <ThemeButton />
        </div>
      </div>
    </header>
  )
}
