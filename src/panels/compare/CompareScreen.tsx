import { useEffect, useMemo, useRef, useState } from 'react'

import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import { useIsPartial } from '../../state/client/source-status.ts'
import { useComparableRange, useComparedPast } from '../../state/compare/compared-past.ts'
import { useHeldRange } from '../../state/compare/held-range.ts'
import { type AskedComparison, useComparison } from '../../state/compare/use-comparison.ts'
import { navigate, useView } from '../../state/view/navigation.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import {
  type CompareChoice,
  halvesOf,
  parseCompare,
  printCompare,
  type SideName,
  windowsOf,
} from '../../state/compare/compare-choice.ts'
import { questionOf } from '../../state/compare/compare-question.ts'
import { Button } from '../../ui/Button.tsx'
import { useRovingFocus } from '../../ui/roving-focus.ts'
import { CompareBar } from './CompareBar.tsx'
import { CompareResult } from './CompareResult.tsx'
import { CompareTimeline } from './CompareTimeline.tsx'
import { useCompareKeys } from './use-compare-keys.ts'

const CAPTURES: CompareChoice = { kind: 'captures', swapped: false }

const choose = (next: CompareChoice, how: 'push' | 'replace' = 'push'): void =>
  navigate({ compare: printCompare(next) }, how)

/** What changed between two windows, or between two captures. */
export function CompareScreen() {
  const [{ filter, compare }] = useView()
  const held = useHeldRange()
  const past = useComparedPast()
  const comparable = useComparableRange()
  const isPartial = useIsPartial()
  const records = useSnapshot(({ status }) => status.holdings.records)
  const [file, setFile] = useState<File | null>(null)
  const [opened, setOpened] = useState<SideName | null>(null)
  const parsed = useMemo(() => (compare === null ? null : parseCompare(compare)), [compare])
  const isTimeless = held === null && records > 0
  const choice = parsed ?? (isTimeless ? CAPTURES : null)
  const windows = choice === null ? null : windowsOf(choice)
  // Not the start of what is held, which moves every 15 s: that is no reason to compare again.
  const [isPastA, isPastB] = [isBefore(windows?.a, held), isBefore(windows?.b, held)]
  // In the address at once, so that a copied link compares the same windows.
  useEffect(() => {
    if (parsed === null && held !== null && !isPartial) choose(halvesOf(held), 'replace')
  }, [parsed, held, isPartial])
  const question = useMemo(
    () => (choice === null ? null : questionOf(choice, filter, file, past, { a: isPastA, b: isPastB })),
    [choice, filter, file, past, isPastA, isPastB],
  )
  const asked = useComparison(question)
  useCompareKeys({ choice, choose, onOpen: setOpened })
  const top = useRef<HTMLDivElement>(null)
  useRovingFocus(top)
  return (
    <section aria-label="Compare" className="flex min-h-0 flex-col overflow-y-auto bg-surface">
      <div ref={top} data-part="compare" className="flex-none border-b border-line">
        {choice === null ? null : (
          <>
            <CompareBar
              {...{ choice, choose, held: comparable, asked, file, opened }}
              onFile={setFile}
              onOpened={setOpened}
            />
            {choice.kind === 'captures' || held === null ? null : (
              <CompareTimeline choice={choice} choose={choose} />
            )}
          </>
        )}
      </div>
      <CompareState {...{ choice, asked, held }} needsFile={choice?.kind === 'captures' && file === null} />
    </section>
  )
}

/** Whether a window begins before what is held, or nothing is held. */
function isBefore(range: TimeRange | undefined, held: TimeRange | null): boolean {
  return range === undefined || held === null || range.from < held.from
}

/** The answer, or why there is none. */
function CompareState({
  choice,
  asked,
  held,
  needsFile,
}: {
  choice: CompareChoice | null
  held: TimeRange | null
  asked: AskedComparison
  needsFile: boolean
}) {
  const { source } = useFlowtrace()
  const { answer, isAsking, again } = asked
  if (choice === null || needsFile) {
    return (
      <p className="p-6 text-muted">
        {needsFile
          ? `Choose a capture to compare with ${source.name}. It is read on this page, and sent nowhere.`
          : 'Nothing with a time is held yet: there are no windows to compare.'}
      </p>
    )
  }
  if (answer === undefined) return <p className="p-6 text-muted">Comparing A and B…</p>
  if (!answer.ok) {
    return (
      <div className="flex flex-wrap items-center gap-3 p-6" role="alert">
        <p>
          {answer.trouble.say}
          {answer.trouble.detail === null ? null : (
            <span className="block text-xs text-muted">{answer.trouble.detail}</span>
          )}
        </p>
        {held === null ? null : (
          <Button onClick={() => choose(halvesOf(held))}>Compare the halves of what is held</Button>
        )}
        <Button onClick={again}>Try again</Button>
      </div>
    )
  }
  return <CompareResult compared={answer} isAsking={isAsking} again={again} choice={choice} />
}
