import { useLayoutEffect, useRef, useState } from 'react'

import { print } from '../../filter/language/print.ts'
import { comparisonMarkdown } from '../../compare/comparison-markdown.ts'
import { type Section, SECTIONS } from '../../compare/comparison.ts'
import { SECTION_WORDS } from '../../compare/comparison-words.ts'
import { NOISE_RULE } from '../../compare/noise.ts'
import { formatCount, isoTime } from '../../lib/format.ts'
import { useFlowtrace } from '../../state/client/flowtrace.ts'
import type { Compared } from '../../state/compare/use-comparison.ts'
import type { SideTargets } from '../../state/compare/side-targets.ts'
import { useViewPart } from '../../state/view/navigation.ts'
import type { View } from '../../state/view/view.ts'
import { Button } from '../../ui/Button.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { ComparedList } from './ComparedList.tsx'
import { lossSentences } from './loss-words.ts'
import { useLeftRow } from './use-left-row.ts'
import { datedClocks } from './window-length.ts'

/** What changed: a sentence, the sections, and the groups in them. */
export function CompareResult({
  compared,
  isOld,
  again,
  targets,
  onOpen,
}: {
  compared: Compared
  /** Whether this is the answer to an older question. */
  isOld: boolean
  again: () => void
  targets: SideTargets | null
  onOpen: (view: View) => void
}) {
  const { headline, footing, sizes } = compared
  const { source } = useFlowtrace()
  const left = useLeftRow()
  const [chosen, setChosen] = useState(left.section)
  const there = SECTIONS.filter((section) => sizes[section] > 0)
  // A section that has nothing in this answer is no longer chosen.
  const section = chosen !== null && there.includes(chosen) ? chosen : null
  const lost = lossSentences(compared, (from, to) => datedClocks({ from, to }))
  const markdown = useMarkdown(compared, isOld)
  return (
    <div aria-busy={isOld} className={`flex flex-1 flex-col transition-opacity ${isOld ? 'opacity-60' : ''}`}>
      <header className="px-4 pt-3 pb-2">
        <h2 className="text-lg font-semibold tracking-tight">
          {headline.map(({ text, isDenial }) => (
            <span key={text} className={isDenial ? 'text-deny' : ''}>
              {text}
            </span>
          ))}
        </h2>
        <p className="mt-0.5 text-muted">{footing}</p>
        {lost.length === 0 ? null : (
          <p role="note" className="mt-0.5 flex gap-1.5 text-staged">
            <Icon name="warning" className="mt-px size-4 flex-none" />
            {lost.map((sentence) => `${sentence}.`).join(' ')}
          </p>
        )}
        <div className="mt-2 flex flex-wrap items-center gap-1.5">
          <SectionChips {...{ there, sizes, section }} onChoose={setChosen} />
          <span className="ml-auto flex gap-1.5">
            {source.open.kind === 'live' ? (
              <Button onClick={again} title="Records may have come since">
                Compare again
              </Button>
            ) : null}
            <CopyButton text={markdown} label="Copy as Markdown" />
          </span>
        </div>
      </header>
      {there.length > 0 ? null : (
        <p className="max-w-3xl px-4 pb-6 text-muted">
          Told are: another verdict or deciding rule, what came, what went, and volumes that differ by{' '}
          {NOISE_RULE}. Drag two windows on the timeline, or set them by A and B, to compare others.
        </p>
      )}
      <ComparedList
        compared={compared}
        sections={section === null ? there : [section]}
        targets={targets}
        onOpen={(view, link) => {
          left.leave(link, section)
          onOpen(view)
        }}
      />
    </div>
  )
}

/** The comparison that is shown as Markdown, with the filter and the address that it was asked with. */
function useMarkdown(compared: Compared, isOld: boolean): () => string {
  const filter = useViewPart((view) => view.filter)
  const { source } = useFlowtrace()
  const asked = useRef({ query: '', link: '' })
  // Of what is shown, and not of a newer question that has no answer yet or was given up.
  useLayoutEffect(() => {
    if (!isOld) asked.current = { query: print(filter), link: window.location.href }
  }, [isOld, filter])
  return () =>
    comparisonMarkdown(compared.comparison, {
      sources: { a: source.name, b: source.name },
      ...asked.current,
      whole: compared,
      notes: lossSentences(compared, (from, to) => `from ${isoTime(from)} to ${isoTime(to)}`),
    })
}

function SectionChips({
  there,
  sizes,
  section,
  onChoose,
}: {
  /** The sections that have a group. */
  there: readonly Section[]
  sizes: Compared['sizes']
  /** Null for all. */
  section: Section | null
  onChoose: (section: Section | null) => void
}) {
  if (there.length === 0) return null
  const total = there.reduce((sum, each) => sum + sizes[each], 0)
  return (
    <>
      <SectionChip title="All" count={total} on={section === null} onClick={() => onChoose(null)} />
      {there.map((each) => (
        <SectionChip
          key={each}
          title={SECTION_WORDS[each].name}
          count={sizes[each]}
          on={section === each}
          onClick={() => onChoose(each)}
        />
      ))}
    </>
  )
}

function SectionChip({
  title,
  count,
  on,
  onClick,
}: {
  title: string
  count: number
  on: boolean
  onClick: () => void
}) {
  return (
    <Button
      aria-pressed={on}
      className="font-medium aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent phone:h-11"
      onClick={onClick}
    >
      {title} <span className="tabular-nums">{formatCount(count)}</span>
    </Button>
  )
}
