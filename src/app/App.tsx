import { Suspense, useEffect } from 'react'

import { QueryBar } from '../panels/query-bar/QueryBar.tsx'
import { DropZone } from '../panels/source/DropZone.tsx'
import { HoldingsBar } from '../panels/source/HoldingsBar.tsx'
import { SourceNotice } from '../panels/source/SourceNotice.tsx'
import { FlowTable } from '../panels/table/FlowTable.tsx'
import { Timeline } from '../panels/timeline/Timeline.tsx'
import { useFlowtrace } from '../state/client/flowtrace.ts'
import { useIsUnreachable } from '../state/client/source-status.ts'
import { useParsedView } from '../state/view/navigation.ts'
import { Notice } from '../ui/Notice.tsx'
import { FacetRail, FilterBar, Inspector, Keyboard, StagedChanges, UnreachableScreen } from './lazy-panels.ts'
import { LoginWatch } from './LoginWatch.tsx'
import { TopBar } from './TopBar.tsx'

/** The page once a source is open: top bar, query, timeline, the chosen screen, inspector and footer. */
export function App() {
  const { openSource, source, offered, clusters } = useFlowtrace()
  const { view, problems } = useParsedView()
  const isUnreachable = useIsUnreachable()
  useEffect(() => {
    document.title = `${source.name} · Flowtrace`
  }, [source.name])
  return (
    <DropZone onOpen={openSource}>
      {/* min-h: on a low viewport, such as one at high zoom, the page scrolls rather than leave the table no row. */}
      <div className="relative flex h-full min-h-128 flex-col max-sm:min-h-208">
        <TopBar />
        <SourceNotice />
        {offered === null || view.cluster === null || view.cluster === offered.name ? null : (
          <Notice title={`This server has no cluster “${view.cluster}”.`}>
            {clusters.length > 1 ? `It has ${clusters.length} others; shown is` : 'Shown is'} {source.name}.
          </Notice>
        )}
        {problems.length === 0 ? null : (
          <Notice title="Part of the link was not understood:">
            {problems.join(', ')}. Everything else in it is applied.
          </Notice>
        )}
        <QueryBar />
        <Suspense fallback={<div className="h-[2.8125rem] flex-none border-b border-line bg-surface" />}>
          <FilterBar />
        </Suspense>
        <Timeline />
        <main className="flex min-h-0 flex-1 flex-col min-[900px]:flex-row">
          {isUnreachable ? (
            <Suspense fallback={<FlowTable />}>
              <UnreachableScreen />
            </Suspense>
          ) : (
            <>
              {view.screen === 'flows' ? (
                <Suspense fallback={<div className="hidden w-55 flex-none min-[900px]:block" />}>
                  <FacetRail />
                </Suspense>
              ) : null}
              <div className="grid min-h-0 min-w-0 flex-1">
                {view.screen === 'staged' ? (
                  <Suspense fallback={null}>
                    <StagedChanges />
                  </Suspense>
                ) : (
                  <FlowTable />
                )}
              </div>
              {view.open === null ? null : (
                <Suspense fallback={null}>
                  <Inspector />
                </Suspense>
              )}
            </>
          )}
        </main>
        <HoldingsBar />
        <LoginWatch />
        <Suspense fallback={null}>
          <Keyboard />
        </Suspense>
      </div>
    </DropZone>
  )
}
