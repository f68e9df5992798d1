import { useSnapshot } from '../../state/client/flowtrace.ts'
import { useMediaQuery } from '../../ui/use-media-query.ts'
import { SummaryLinks } from './SummaryLinks.tsx'
import { WhatIsNew } from './WhatIsNew.tsx'

/**
 * What deserves attention, and what "new" means. Its height is constant, so that nothing shifts when numbers come. A low
 * window has no room for it: there the frame puts the compact {@link SummaryLinks} beside the query.
 */
export function SummaryStrip() {
  const hasTimes = useSnapshot(({ answer }) => answer !== null && answer.newest !== null)
  const isLow = useMediaQuery('(height < 620px)')
  if (isLow) return null
  return (
    <section aria-label="What deserves attention" className="@container h-full overflow-hidden bg-page px-4">
      <div className="flex h-full items-center">
        <SummaryLinks />
        {hasTimes ? <WhatIsNew /> : null}
      </div>
    </section>
  )
}
