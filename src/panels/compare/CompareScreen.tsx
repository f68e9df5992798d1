import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'

import { recordedGaps, stepOf, whyIncomplete } from '../../capture/format/joined-headers.ts'
import { visibleText } from '../../lib/visible-text.ts'
import type { CaptureOpening } from '../../state/captures/capture-opening.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import { useIsPartial } from '../../state/client/source-status.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import { commands } from '../../state/commands/commands.ts'
import {
  type CompareChoice,
  halvesOf,
  parseCompare,
  printCompare,
  type SideName,
  windowsOf,
} from '../../state/compare/compare-choice.ts'
import { type HeldFacts, questionOf } from '../../state/compare/compare-question.ts'
import {
  type ComparedPast,
  beginningsIn,
  isBeyondHeld,
  useComparableRange,
  useComparedPast,
  useIsPastUnknown,
  useReadRange,
} from '../../state/compare/compared-past.ts'
import { useHeldRange } from '../../state/compare/held-range.ts'
import { filesOfCapture, keepSecondCapture, secondCaptures } from '../../state/compare/second-captures.ts'
import { openTarget, sideTargets } from '../../state/compare/side-targets.ts'
import { type CompareQuestion, useComparison } from '../../state/compare/use-comparison.ts'
import { useHistoryStatus } from '../../state/goldmane/use-history-status.ts'
import { navigate, useView, useViewPart } from '../../state/view/navigation.ts'
import { FileInput } from '../../ui/FileInput.tsx'
import { useRovingFocus } from '../../ui/roving-focus.ts'
import { CompareBar } from './CompareBar.tsx'
import { CompareState } from './CompareState.tsx'
import { CompareTimeline } from './CompareTimeline.tsx'
import { SecondCapture } from './SecondCapture.tsx'
import { useCompareKeys } from './use-compare-keys.ts'

const CAPTURES: CompareChoice = { kind: 'captures', swapped: false, other: null }

const NOTHING_BEGINS = { records: null, hours: null } as const

const choose = (next: CompareChoice, how: 'push' | 'replace' = 'push'): void =>
  navigate({ compare: printCompare(next) }, how)

/** What changed between two windows, or between two captures. */
export function CompareScreen({ opening }: { opening: CaptureOpening }) {
  const [{ compare, capture }] = useView()
  const held = useHeldRange()
  const past = useComparedPast()
  const comparable = useComparableRange()
  const isPartial = useIsPartial()
  const records = useSnapshot(({ status }) => status.holdings.records)
  const [opened, setOpened] = useState<SideName | null>(null)
  const parsed = useMemo(() => (compare === null ? null : parseCompare(compare)), [compare])
  const isTimeless = held === null && records > 0
  const choice = parsed ?? (isTimeless ? CAPTURES : null)
  // In the address at once, so that a copied link compares the same windows.
  useEffect(() => {
    if (parsed === null && held !== null && !isPartial) choose(halvesOf(held), 'replace')
  }, [parsed, held, isPartial])
  const { other, onFile } = useSecondCapture(choice, opening)
  const { question, isWaiting } = useQuestion({ choice, other, held, past })
  const comparison = useComparison(question)
  const asked = isWaiting ? { ...comparison, isWaiting, isAsking: true } : comparison
  useCompareKeys({ choice, choose, onOpen: setOpened })
  const targets = useMemo(() => (choice === null ? null : sideTargets(choice, capture)), [choice, capture])
  const top = useRef<HTMLDivElement>(null)
  useRovingFocus(top)
  const input = useRef<HTMLInputElement>(null)
  const chooseFile = () => input.current?.click()
  return (
    <section aria-label="Compare" className="relative flex min-h-0 flex-col overflow-y-auto bg-surface">
      <div ref={top} data-part="compare" className="flex-none border-b border-line">
        {choice === null ? null : (
          <>
            <CompareBar
              {...{ choice, choose, held: comparable, asked, opened }}
              hasFile={other !== null}
              onFile={chooseFile}
              onOpened={setOpened}
            />
            {choice.kind === 'captures' ? null : (
              <CompareTimeline {...{ choice, choose, held, past, comparable }} />
            )}
          </>
        )}
      </div>
      {choice?.kind === 'captures' && other === null ? (
        <SecondCapture wanted={choice.other} onChoose={chooseFile} onFile={onFile} />
      ) : (
        <CompareState
          {...{ choice, asked }}
          targets={targets}
          onOpen={(view) => void openTarget(view, opening)}
          onHalves={held === null ? null : () => choose(halvesOf(held))}
        />
      )}
      <FileInput input={input} label="Capture to compare with" onFile={onFile} />
    </section>
  )
}

/** The files of the second capture; null while there are none. */
function useSecondCapture(choice: CompareChoice | null, opening: CaptureOpening) {
  // A file that is chosen again after a reload is that of the same address.
  const kept = useSyncExternalStore(secondCaptures.subscribe, secondCaptures.get)
  const id = choice?.kind === 'captures' ? choice.other : null
  const other = useMemo(() => (id === null ? null : filesOfCapture(id, opening, kept)), [id, opening, kept])
  const onFile = (file: File): void => {
    keepSecondCapture(file).then(
      (chosen) =>
        choose({ kind: 'captures', swapped: choice?.kind === 'captures' && choice.swapped, other: chosen }),
      () => commands.say(`${visibleText(file.name)} cannot be read: it was moved, or changed.`),
    )
  }
  return { other, onFile }
}

/** The question of a choice. The same one as long as it asks the same. */
function useQuestion({
  choice,
  other,
  held,
  past,
}: {
  choice: CompareChoice | null
  other: ReturnType<typeof filesOfCapture>
  held: TimeRange | null
  past: ComparedPast | null
}): {
  /** Null where there is nothing to ask, or not yet. */
  readonly question: CompareQuestion | null
  /** Whether it has to be known first what the history has. */
  readonly isWaiting: boolean
} {
  const filter = useViewPart((view) => view.filter)
  const windows = choice === null ? null : windowsOf(choice)
  // Not the start of what is held, which moves every 15 s: that is no reason to compare again.
  const read = useReadRange()
  const isHistory = read !== null
  const [isBeyondA, isBeyondB] = [isBeyondHeld(windows?.a, held, read), isBeyondHeld(windows?.b, held, read)]
  const { history } = useHistoryStatus()
  // As text, because it is another object each time.
  const beginsText = JSON.stringify({
    a: windows === null ? NOTHING_BEGINS : beginningsIn(windows.a, history),
    b: windows === null ? NOTHING_BEGINS : beginningsIn(windows.b, history),
  } satisfies HeldFacts['begins'])
  // As text, because each answer of the worker has the headers as other objects.
  const lossesText = useSnapshot(({ status: { headers } }) =>
    headers.length === 0
      ? '{}'
      : JSON.stringify({
          gaps: recordedGaps(headers),
          incomplete: whyIncomplete(headers),
          step: stepOf(headers),
        }),
  )
  const isUnknown = useIsPastUnknown()
  const isWaiting = windows !== null && isUnknown && (isBeyondA || isBeyondB)
  const question = useMemo(() => {
    if (choice === null || isWaiting) return null
    const losses = JSON.parse(lossesText) as Pick<HeldFacts, 'gaps' | 'incomplete' | 'step'> // as it was printed
    const begins = JSON.parse(beginsText) as HeldFacts['begins'] // as it was printed
    const isBeyond = { a: isBeyondA, b: isBeyondB }
    return questionOf(choice, filter, other, past, { isBeyond, isHistory, begins, ...losses })
  }, [choice, filter, other, past, isWaiting, isBeyondA, isBeyondB, isHistory, beginsText, lossesText])
  return { question, isWaiting }
}
