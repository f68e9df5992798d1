import { type ReactNode, Suspense, useState } from 'react'

import { SourceNotice } from '../panels/source/SourceNotice.tsx'
import { useFlowtrace } from '../state/client/flowtrace.ts'
import { lacksHistory } from '../state/view/lacks-history.ts'
import { useParsedView, useViewPart } from '../state/view/navigation.ts'
import { BundleNotice, LinkNotices, VersionNotice } from './lazy-panels.ts'

/**
 * The place of the strip (`children`), and over it what must be said about the source and the link. A notice lies over
 * the strip and grows upwards over the timeline, so that neither the rows nor the query move or are covered when it comes. In a low
 * window and on Compare, which have no strip, it lies at the foot.
 */
export function NoticeSlot({ children }: { children?: ReactNode }) {
  const { bundle } = useFlowtrace().source
  const isThin = useViewPart(({ screen }) => screen === 'compare')
  return (
    <div
      className={`z-10 flex-none border-line bg-surface ${isThin ? '' : 'relative h-strip not-low:border-b'}`}
    >
      {children}
      <div
        className={`inset-x-0 bottom-0 max-h-[calc(var(--height-timeline)+var(--height-strip))] overflow-y-auto low:fixed low:max-h-[40dvh] ${isThin ? 'fixed' : 'absolute'}`}
      >
        <SourceNotice />
        {/* On its own: what is wrong with the link is said at once, and the others are loaded after the first rows. */}
        <LateLinkNotices />
        <Suspense fallback={null}>
          <VersionNotice />
          {bundle ? <BundleNotice bundle={bundle} /> : null}
        </Suspense>
      </div>
    </div>
  )
}

/** The notices about the link, once there was one. They stay, because they know which was closed. */
function LateLinkNotices() {
  const { problems, view } = useParsedView()
  const { offered, source } = useFlowtrace()
  const [areAsked, setAreAsked] = useState(false)
  const isElsewhere = offered !== null && view.cluster !== null && view.cluster !== offered.name
  if (!areAsked && (problems.length > 0 || isElsewhere || lacksHistory(source, view.time))) setAreAsked(true)
  return areAsked ? (
    <Suspense fallback={null}>
      <LinkNotices />
    </Suspense>
  ) : null
}
