import { type ReactNode, Suspense, useEffect, useRef } from 'react'

import { QueryBar } from '../panels/query-bar/QueryBar.tsx'
import { DropZone } from '../panels/source/DropZone.tsx'
import { HoldingsBar } from '../panels/source/HoldingsBar.tsx'
import { FlowTable } from '../panels/table/FlowTable.tsx'
import { Timeline } from '../panels/timeline/Timeline.tsx'
import type { CaptureOpening } from '../state/captures/capture-opening.ts'
import { useFlowtrace } from '../state/client/flowtrace.ts'
import { useIsUnreachable } from '../state/client/source-status.ts'
import { useViewPart } from '../state/view/navigation.ts'
import { useRovingFocus } from '../ui/roving-focus.ts'
import { PHONE, useMediaQuery } from '../ui/use-media-query.ts'
import type { Part } from './frame-parts.ts'
import { CopyLinkButton } from './CopyLinkButton.tsx'
import {
  CapturesScreen,
  CompareScreen,
  FacetRail,
  Inspector,
  Keyboard,
  KeyHints,
  ReplayDock,
  StagedChanges,
  SummaryMenu,
  SummaryStrip,
  UnreachableScreen,
} from './lazy-panels.ts'
import { LoginWatch } from './LoginWatch.tsx'
import { NoticeSlot } from './NoticeSlot.tsx'
import { LOW, NARROW } from './screen-sizes.ts'
import { ScreenLinks } from './ScreenLinks.tsx'
import { SkipLink } from './SkipLink.tsx'
import { TopBar } from './TopBar.tsx'
import { ScreenLoading, useKeysOfScreen } from './use-shortcuts.ts'

/**
 * The page once a source is open: top bar, query, timeline, strip, the chosen screen, the answer and the footer. Each has
 * its place before it arrives (the heights are tokens of index.css), so that nothing shifts. In a low window the page
 * scrolls below the top bar and the query, and the list keeps six rows.
 */
export function App({ opening }: { opening: CaptureOpening }) {
  const { source } = useFlowtrace()
  const isPhone = useMediaQuery(PHONE)
  const isLow = useMediaQuery(LOW)
  const isComparing = useViewPart(({ screen }) => screen === 'compare')
  const isReplaying = useViewPart(({ at }) => at !== null) && source.open.kind !== 'live'
  useEffect(() => {
    document.title = `${source.name} · Flowtrace`
  }, [source.name])
  return (
    <DropZone opening={opening}>
      <SkipLink />
      <div className="relative flex h-full flex-col lowest:h-auto lowest:min-h-full">
        <div className="flex-none lowest:sticky lowest:top-0 lowest:z-20">
          <TopBar />
          <PartSlot part="query" className="h-query">
            <QueryBar summary={isLow ? <SummaryMenu /> : null}>
              {/* On a narrow screen it is left to the command palette. */}
              <div className="flex-none max-sm:hidden low:max-md:hidden">
                <CopyLinkButton />
              </div>
            </QueryBar>
          </PartSlot>
        </div>
        {isComparing ? null : <TimelineSlot />}
        {isReplaying ? (
          <Suspense fallback={<ScreenLoading />}>
            <ReplayDock />
          </Suspense>
        ) : null}
        <NoticeSlot>
          {isLow || isComparing ? null : (
            <Suspense fallback={null}>
              <SummaryStrip />
            </Suspense>
          )}
        </NoticeSlot>
        <main className="flex min-h-0 flex-1 lowest:h-[max(calc(var(--height-tabs)+var(--height-heads)+6*var(--height-row)+1px),calc(100dvh-var(--height-top)-var(--height-query)-var(--height-timeline)-var(--height-foot)))] lowest:flex-auto">
          <Screen opening={opening} />
        </main>
        <HoldingsBar>
          <Suspense fallback={null}>
            <KeyHints />
          </Suspense>
        </HoldingsBar>
        {isPhone ? (
          <div className="h-screens flex-none border-t border-line bg-surface">
            <ScreenLinks />
          </div>
        ) : null}
        <LoginWatch />
        <Suspense fallback={null}>
          <Keyboard opening={opening} />
        </Suspense>
      </div>
    </DropZone>
  )
}

function TimelineSlot() {
  return (
    <PartSlot part="timeline" className="grid h-timeline flex-none overflow-clip">
      <Timeline />
    </PartSlot>
  )
}

/** The chosen screen between its facets and the answer. */
function Screen({ opening }: { opening: CaptureOpening }) {
  const screen = useViewPart((view) => view.screen)
  const isOpen = useViewPart(({ open }) => open !== null)
  useKeysOfScreen(screen, isOpen)
  const isNarrow = useMediaQuery(NARROW)
  const isUnreachable = useIsUnreachable()
  if (isUnreachable && screen !== 'captures') {
    return (
      <Suspense fallback={<FlowTable />}>
        <UnreachableScreen />
      </Suspense>
    )
  }
  return (
    <>
      {screen === 'flows' && !isNarrow ? (
        <PartSlot part="facets" className="flex min-h-0 flex-none">
          <Suspense fallback={<div className="h-full w-facets border-r border-line bg-surface" />}>
            <FacetRail />
          </Suspense>
        </PartSlot>
      ) : null}
      <div id="list" data-part="list" className="grid min-h-0 min-w-0 flex-1">
        {screen === 'flows' ? (
          <FlowTable />
        ) : (
          <Suspense fallback={<ScreenLoading />}>
            {screen === 'staged' ? (
              <StagedChanges />
            ) : screen === 'compare' ? (
              <CompareScreen opening={opening} />
            ) : (
              <CapturesScreen opening={opening} />
            )}
          </Suspense>
        )}
      </div>
      {isOpen ? (
        <PartSlot part="answer" className="contents">
          <Suspense
            fallback={
              <div className="hidden w-answer flex-none border-l border-line bg-surface beside:block">
                <ScreenLoading />
              </div>
            }
          >
            <Inspector />
          </Suspense>
        </PartSlot>
      ) : null}
    </>
  )
}

/** A part of the frame that is one stop of Tab, with the arrow keys inside. */
function PartSlot({ part, className, children }: { part: Part; className: string; children: ReactNode }) {
  const slot = useRef<HTMLDivElement>(null)
  useRovingFocus(slot)
  return (
    <div ref={slot} data-part={part} className={className}>
      {children}
    </div>
  )
}
