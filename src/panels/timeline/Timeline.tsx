import { Suspense } from 'react'

import { laterPart } from '../../ui/lazy-part.tsx'

const TimelineBody = laterPart(async () => (await import('./TimelineBody.tsx')).TimelineBody)

/** The histogram of allowed and denied over time. A range that is selected on it limits all that is shown. */
export function Timeline() {
  return (
    <section
      aria-label="Timeline"
      className="h-timeline flex-none overflow-hidden border-b border-line bg-surface px-4"
    >
      <Suspense fallback={null}>
        <TimelineBody />
      </Suspense>
    </section>
  )
}
