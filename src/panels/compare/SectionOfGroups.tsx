import { useRef } from 'react'

import type { Section } from '../../compare/comparison.ts'
import { SECTION_WORDS } from '../../compare/comparison-words.ts'
import { MAX_LISTED_GROUPS } from '../../compare/listed-groups.ts'
import { formatCount, formatPlural } from '../../lib/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import type { IconName } from '../../ui/icon-paths.ts'
import { useBoxSize } from '../../ui/use-box-size.ts'
import { BLOCK_ROWS, type BlockOfSection, GroupBlock } from './GroupBlock.tsx'

/** The marks of the sections, as those of the verdicts where these are all alike. */
const MARKS: Readonly<Record<Section, { readonly icon: IconName; readonly look: string }>> = {
  flipped: { icon: 'both', look: 'bg-deny-soft text-deny' },
  'new-denials': { icon: 'deny', look: 'bg-deny-soft text-deny' },
  'gone-quiet': { icon: 'none', look: 'bg-sunken text-muted' },
  'denials-gone': { icon: 'none', look: 'bg-sunken text-muted' },
  'new-talkers': { icon: 'allow', look: 'bg-allow-soft text-allow' },
  'more-or-less': { icon: 'more', look: 'bg-sunken text-muted' },
}

/** The height of a row in one line, until one is measured. */
const UNMEASURED_ROW_PX = 32

/** A section with its groups, of which those are drawn that are near what is seen. */
export function SectionOfGroups({
  size,
  ...block
}: Omit<BlockOfSection, 'listed' | 'rowPx'> & { size: number }) {
  const { section } = block
  const listed = Math.min(size, MAX_LISTED_GROUPS)
  const first = useRef<HTMLDivElement>(null)
  // The first block is measured for all: those before a part that is scrolled to were never drawn.
  const { height } = useBoxSize(first)
  const rowPx = height === 0 ? UNMEASURED_ROW_PX : height / Math.min(BLOCK_ROWS, listed)
  const { name, hint } = SECTION_WORDS[section]
  const { icon, look } = MARKS[section]
  return (
    <section aria-label={name}>
      <header className="sticky top-0 z-20 flex min-h-7.5 items-center gap-2 border-b border-line-soft bg-page px-4 py-1">
        <Icon name={icon} className={`size-4 flex-none rounded-[4px] p-0.5 ${look}`} />
        <h3 className="font-semibold whitespace-nowrap">{name}</h3>
        <span className="whitespace-nowrap text-muted">{formatPlural(size, 'group')}</span>
        <span className="ml-auto text-right text-2xs text-muted">{hint}</span>
      </header>
      <div role="list" aria-label={name}>
        {Array.from({ length: Math.ceil(listed / BLOCK_ROWS) }, (_, i) => (
          // A block is its place, and nothing else.
          // oxlint-disable-next-line react/no-array-index-key
          <GroupBlock
            key={i}
            {...block}
            {...{ listed, rowPx }}
            first={i * BLOCK_ROWS}
            boxRef={i === 0 ? first : undefined}
          />
        ))}
      </div>
      {size > listed ? (
        <p className="px-4 py-2 text-muted">
          {formatCount(size - listed)} more are not shown: narrow the filter to see them.
        </p>
      ) : null}
    </section>
  )
}
