import { Fragment, useState } from 'react'

import { PopoverPanel } from '../../ui/PopoverPanel.tsx'
import { LINK_TONES } from './link-tones.ts'
import { SummaryLinks } from './SummaryLinks.tsx'
import { useSummary } from './use-summary.ts'
import { WhatIsNew } from './WhatIsNew.tsx'

/** So many links are named on the button; a narrow screen has room for the first one. */
const MAX_NAMED = 2

/**
 * The strip of a low window: a button in the place of the query's count that names what deserves attention most, and
 * opens all links. Its width is constant, so that neither the chips nor the text move when numbers come.
 */
export function SummaryMenu() {
  const summary = useSummary()
  const [isOpen, setOpen] = useState(false)
  if (summary === undefined) return null
  const links = summary.links.filter(({ count }) => count > 0)
  const words = links.length === 0 ? 'nothing denied' : links.map(({ short }) => short).join(', ')
  return (
    <PopoverPanel
      title="What deserves attention"
      align="end"
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <button
          type="button"
          aria-label={`What deserves attention: ${words}`}
          className="mr-0.75 ml-auto inline-flex h-6 min-w-0 items-center justify-end rounded-[5px] px-2 text-xs whitespace-nowrap hover:bg-sunken"
        >
          <span className="truncate">
            {links.length === 0 ? <span className="text-muted">nothing denied</span> : null}
            {links.slice(0, MAX_NAMED).map(({ finding, short, tone }, i) => (
              <Fragment key={finding}>
                <span className={i > 0 ? 'text-muted max-sm:hidden' : 'hidden'}> · </span>
                <span className={`${LINK_TONES[tone]} ${i > 0 ? 'max-sm:hidden' : ''}`}>{short}</span>
              </Fragment>
            ))}
          </span>
        </button>
      }
    >
      <div className="w-96 max-w-full p-1.5">
        <SummaryLinks summary={summary} isColumn onFollow={() => setOpen(false)} />
        <WhatIsNew className="mt-1 flex border-t border-line-soft px-2 pt-1" isWhole />
      </div>
    </PopoverPanel>
  )
}
