import { useRef, useState } from 'react'

import type { ComparedGroup, Comparison, Section } from '../../compare/comparison.ts'
import { SECTION_WORDS, shownCount } from '../../compare/comparison-words.ts'
import { formatCount, formatPlural } from '../../lib/format.ts'
import { Button } from '../../ui/Button.tsx'
import { useRovingFocus } from '../../ui/roving-focus.ts'
import { Icon } from '../../ui/Icon.tsx'
import type { IconName } from '../../ui/icon-paths.ts'
import { ComparedRow, ROW_GRID, type RowOpening } from './ComparedRow.tsx'

/** So many groups of a section are drawn, until the reader asks for more. */
const FIRST_GROUPS = 50

/** The marks of the sections, as those of the verdicts where these are all alike. */
const MARKS: Readonly<Record<Section, { readonly icon: IconName; readonly look: string }>> = {
  flipped: { icon: 'both', look: 'bg-deny-soft text-deny' },
  'new-denials': { icon: 'deny', look: 'bg-deny-soft text-deny' },
  'gone-quiet': { icon: 'none', look: 'bg-sunken text-muted' },
  'denials-gone': { icon: 'none', look: 'bg-sunken text-muted' },
  'new-talkers': { icon: 'allow', look: 'bg-allow-soft text-allow' },
  'more-or-less': { icon: 'more', look: 'bg-sunken text-muted' },
}

/** The groups that changed, by section. */
export function ComparedList({
  comparison,
  sizes,
  sections,
  ...opening
}: {
  comparison: Comparison
  sizes: Readonly<Record<Section, number>>
  sections: readonly Section[]
} & RowOpening) {
  const list = useRef<HTMLDivElement>(null)
  useRovingFocus(list)
  // One scale for all rows, whichever section is chosen.
  const greatest = comparison.groups.reduce(
    (most, group) =>
      Math.max(most, shownCount(comparison, group, 'a') ?? 0, shownCount(comparison, group, 'b') ?? 0),
    1,
  )
  if (sections.length === 0) return null
  return (
    <div ref={list} data-part="compared" className="border-t border-line pb-4">
      <div
        aria-hidden="true"
        className={`${ROW_GRID} h-heads items-center border-b border-line text-2xs text-muted max-lg:hidden`}
      >
        <span>A → B</span>
        <span>Source → destination</span>
        <span className="text-right">A</span>
        <span className="text-right">B</span>
        <span>A over B, log</span>
        <span>What changed</span>
      </div>
      {sections.map((section) => (
        <SectionOfGroups
          key={section}
          {...{ section, comparison, greatest, ...opening }}
          size={sizes[section]}
        />
      ))}
    </div>
  )
}

function SectionOfGroups({
  section,
  size,
  comparison,
  greatest,
  ...opening
}: {
  section: Section
  size: number
  comparison: Comparison
  greatest: number
} & RowOpening) {
  const [shown, setShown] = useState(FIRST_GROUPS)
  const groups = comparison.groups.filter((group) => group.section === section)
  const { name, hint } = SECTION_WORDS[section]
  const { icon, look } = MARKS[section]
  const left = groups.length - shown
  return (
    <section aria-label={name}>
      <header className="sticky top-0 z-20 flex min-h-7.5 items-center gap-2 border-b border-line-soft bg-page px-4 py-1">
        <Icon name={icon} className={`size-4 flex-none rounded-[4px] p-0.5 ${look}`} />
        <h3 className="font-semibold whitespace-nowrap">{name}</h3>
        <span className="whitespace-nowrap text-muted">{formatPlural(size, 'group')}</span>
        <span className="ml-auto text-right text-2xs text-muted">{hint}</span>
      </header>
      <ul>
        {groups.slice(0, shown).map((group) => (
          <ComparedRow key={keyOf(group)} {...{ comparison, group, greatest, ...opening }} />
        ))}
      </ul>
      {left > 0 ? (
        <p className="px-4 py-2">
          <Button onClick={() => setShown((before) => before + FIRST_GROUPS * 4)}>
            Show more: {formatCount(left)} left
          </Button>
        </p>
      ) : null}
      {size > groups.length ? (
        <p className="px-4 py-2 text-muted">
          {formatCount(size - groups.length)} more are not shown: narrow the filter to see them.
        </p>
      ) : null}
    </section>
  )
}

/** The same for a group of which only the counts have changed, so that its row keeps the focus. */
function keyOf({ section, ends, ports, a, b }: ComparedGroup): string {
  const least = ports.reduce((lower, each) => (each.port < lower.port ? each : lower))
  return JSON.stringify([section, ends, least.proto, least.port, a?.decisions, b?.decisions])
}
