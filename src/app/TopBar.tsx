import { Suspense, useRef } from 'react'

import { laterPart } from '../ui/lazy-part.tsx'
import { ScopeChip } from '../panels/source/ScopeChip.tsx'
import { SourceBadge } from '../panels/source/SourceBadge.tsx'
import { useViewPart } from '../state/view/navigation.ts'
import { useRovingFocus } from '../ui/roving-focus.ts'
import { PHONE, useMediaQuery } from '../ui/use-media-query.ts'
import { Brand, TOP_BAR } from './Brand.tsx'
import { CommandButtons } from './CommandButtons.tsx'
import { FacetRail, SourceMenu } from './lazy-panels.ts'
import { NARROW } from './screen-sizes.ts'
import { ScreenLinks } from './ScreenLinks.tsx'
import { ThemeButton } from './ThemeButton.tsx'

const RecordingMark = laterPart(
  async () => (await import('../panels/captures/RecordingMark.tsx')).RecordingMark,
)
const TimePanel = laterPart(async () => (await import('../panels/timeline/TimePanel.tsx')).TimePanel)

/** Name, source and screens, the range, and what is done to the page as a whole. One line, whatever it says. */
export function TopBar() {
  const screen = useViewPart((view) => view.screen)
  const isNarrow = useMediaQuery(NARROW)
  const isPhone = useMediaQuery(PHONE)
  const bar = useRef<HTMLElement>(null)
  useRovingFocus(bar)
  return (
    <header ref={bar} data-part="top" className={TOP_BAR}>
      {/* What stands at both sides takes room that is free, so that the screens keep their place whatever it says. */}
      <div className="flex min-w-0 flex-[1.3] items-center gap-2 lg:gap-3.5">
        <Brand />
        <div className="relative flex h-8 max-w-xl min-w-36 flex-initial items-center gap-2 overflow-hidden rounded-[8px] border border-line pr-7 pl-3 whitespace-nowrap hover:bg-sunken max-lg:pr-6 phone:h-9 phone:min-w-0 phone:gap-1.5 phone:border-transparent phone:px-1">
          <SourceBadge />
          <Suspense fallback={null}>
            <SourceMenu />
          </Suspense>
        </div>
        <ScopeChip />
        <Suspense fallback={null}>
          <RecordingMark />
        </Suspense>
      </div>
      {isPhone ? null : (
        <div className="flex-none">
          <ScreenLinks />
        </div>
      )}
      <div className="flex min-w-max flex-1 items-center justify-end gap-2 max-lg:flex-none phone:gap-1">
        <div className="flex min-w-33.5 justify-end phone:min-w-9">
          <Suspense fallback={null}>
            <TimePanel />
          </Suspense>
        </div>
        {screen === 'flows' && isNarrow ? (
          <Suspense fallback={<div className="w-8 lg:w-20 phone:w-9" />}>
            <FacetRail />
          </Suspense>
        ) : null}
        <CommandButtons />
        {/* On a narrow screen it is left to the command palette. */}
        <div className="flex gap-2 max-lg:hidden">
          <ThemeButton />
        </div>
      </div>
    </header>
  )
}
