import { useRef } from 'react'

import { useSnapshot } from '../../state/client/flowtrace.ts'
import { useRovingFocus } from '../../ui/roving-focus.ts'
import { SummaryLinks } from './SummaryLinks.tsx'
import { useSummary } from './use-summary.ts'
import { WhatIsNew } from './WhatIsNew.tsx'

/**
 * What deserves attention, and what "new" means. Its height is constant, so that nothing shifts when numbers come. A low
 * window has no room for it: there the frame puts the `SummaryMenu` beside the query.
 */
export function SummaryStrip() {
  const hasTimes = useSnapshot(({ answer }) => answer !== null && answer.newest !== null)
  const summary = useSummary()
  const strip = useRef<HTMLElement>(null)
  useRovingFocus(strip)
  return (
    <section
      ref={strip}
      data-part="strip"
      aria-label="What deserves attention"
      className="@container h-full overflow-hidden bg-page px-4"
    >
      <div className="flex h-full items-center">
        {summary === undefined ? null : <SummaryLinks summary={summary} />}
        {hasTimes ? <WhatIsNew className="ml-auto hidden flex-none pl-4 @2xl:flex" /> : null}
      </div>
    </section>
  )
}
