import { Suspense } from 'react'

import { ScopeChip } from '../panels/source/ScopeChip.tsx'
import { SourceBadge } from '../panels/source/SourceBadge.tsx'
import { Brand, TOP_BAR } from './Brand.tsx'
import { CommandButtons } from './CommandButtons.tsx'
import { SourceMenu } from './lazy-panels.ts'
import { ScreenLinks } from './ScreenLinks.tsx'
import { ThemeButton } from './ThemeButton.tsx'

export function TopBar() {
  return (
    <header className={TOP_BAR}>
      <Brand />
      <SourceBadge />
      <Suspense fallback={null}>
        <SourceMenu />
      </Suspense>
      <ScopeChip />
      <div className="ml-auto flex flex-wrap items-center gap-x-1 gap-y-1 sm:gap-x-2">
        <ScreenLinks />
        <CommandButtons />
        {/* On a narrow screen it is left to the command palette. */}
        <div className="hidden sm:flex">
          <ThemeButton />
        </div>
      </div>
    </header>
  )
}
