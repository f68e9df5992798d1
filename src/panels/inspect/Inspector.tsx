import { type RefObject, useEffect, useRef, useState } from 'react'

import { useSnapshot } from '../../state/client/flowtrace.ts'
import type { Row } from '../../state/client/rows.ts'
import { useView } from '../../state/view/navigation.ts'
import { headlineOf } from '../../trace/explain/headline.ts'
import { withWorkloads } from '../../trace/words/phrases.ts'
import { plainText } from '../../trace/words/statement.ts'
import { useMediaQuery } from '../../ui/use-media-query.ts'
import { Answer } from './Answer.tsx'
import { FOLD_COUNT } from './folds/Folds.tsx'
import { useAnswerFocus } from './use-answer-focus.ts'
import { useAnswerWidth } from './use-answer-width.ts'
import { WidthHandle } from './WidthHandle.tsx'

/** Where the answer stands beside the list, and not over it. */
const BESIDE = '(min-width: 64rem)'

/** The answer to the open row, beside the list or, on a narrow screen, over it. */
export function Inspector() {
  const [view, navigate] = useView()
  const answer = useSnapshot((snapshot) => snapshot.answer)
  const answerWidth = useAnswerWidth()
  const isBeside = useMediaQuery(BESIDE)
  const panel = useRef<HTMLElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set())
  const seenFolds = useRef<ReadonlySet<number>>(new Set())
  const close = () => navigate({ open: null })
  const toggle = (fold: number) => {
    if (fold > FOLD_COUNT) return
    setUnfolded((now) =>
      now.has(fold) ? new Set([...now].filter((other) => other !== fold)) : new Set([...now, fold]),
    )
  }
  const selected = answer?.window.selected ?? null
  const onKeyDown = useAnswerFocus({
    heading: selected === null ? null : heading,
    isOverlay: !isBeside,
    onClose: close,
    onUnfold: toggle,
  })
  const status = useSpokenHeadline(selected?.row ?? null)
  const wasScrolled = useRef(false)
  useEffect(() => {
    // To scroll costs a layout, also where nothing is scrolled.
    if (wasScrolled.current) panel.current?.scrollTo({ top: 0 })
    wasScrolled.current = false
    // The effect runs when another row is opened.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [view.open])
  return (
    <>
      <WidthHandle />
      {/* Escape and the digits work wherever the focus is in the answer; each has a button that does the same. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <aside
        ref={panel}
        aria-label="Flow"
        style={isBeside ? { width: answerWidth } : undefined}
        className="fixed inset-y-0 right-0 z-30 w-full overflow-y-auto overscroll-contain border-l border-line bg-surface px-4 pb-0.5 sm:max-w-[27.5rem] sm:max-lg:shadow-[0_0_40px_rgb(0_0_0/0.25)] lg:static lg:z-auto lg:max-w-none lg:flex-none phone:flex phone:flex-col phone:border-l-0 phone:pb-0 phone:*:flex-none"
        onKeyDown={onKeyDown}
        onScroll={() => {
          wasScrolled.current = true
        }}
      >
        <p ref={status} className="sr-only" role="status" />
        <Answer
          row={selected?.row ?? null}
          group={selected?.group ?? null}
          place={
            selected === null || selected.index < 0
              ? null
              : { index: selected.index, total: answer?.window.total ?? 0 }
          }
          heading={heading}
          unfolded={unfolded}
          seenFolds={seenFolds}
          onToggle={toggle}
          onClose={close}
        >
          <NotHeld answered={answer !== null && answer.open === view.open} />
        </Answer>
      </aside>
    </>
  )
}

/**
 * Says the headline of the row that was open when the answer came to screen readers: the focus stays on the list. Of the
 * rows after it the list itself says which they are. Returns the ref of the element of role `status`.
 */
function useSpokenHeadline(row: Row | null): RefObject<HTMLParagraphElement | null> {
  const status = useRef<HTMLParagraphElement>(null)
  useEffect(() => {
    // A status is read out when its text changes, not when it comes with one: so not by rendering.
    if (row === null || status.current === null || status.current.textContent !== '') return
    const headline = plainText([headlineOf(withWorkloads(row.key))])
    status.current.textContent = `${headline} The key i goes into the answer.`
  }, [row])
  return status
}

function NotHeld({ answered }: { answered: boolean }) {
  // It fades in late, because the answer is mostly here at once.
  if (!answered) return <p className="animate-late text-muted">Looking for this flow…</p>
  return (
    <>
      <h2 className="text-lg font-semibold">This flow is not held</h2>
      <p className="mt-1 text-muted">
        The link names a flow that has not been received here, or that was evicted. It appears by itself when
        it comes in.
      </p>
    </>
  )
}
