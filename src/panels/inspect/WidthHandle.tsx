import type { KeyboardEvent, PointerEvent } from 'react'

import { MAX_ANSWER_WIDTH, MIN_ANSWER_WIDTH, setPreferences } from '../../state/remembered/preferences.ts'
import { useAnswerWidth } from './use-answer-width.ts'

/** Pixels by which an arrow key moves the edge. */
const KEY_STEP = 20

function setWidth(width: number): void {
  const answerWidth = Math.round(Math.min(MAX_ANSWER_WIDTH, Math.max(MIN_ANSWER_WIDTH, width)))
  setPreferences({ answerWidth })
}

function drag(event: PointerEvent<HTMLDivElement>): void {
  if (event.currentTarget.hasPointerCapture(event.pointerId)) setWidth(window.innerWidth - event.clientX)
}

/** The left edge of the answer, which is moved by pointer or by key. The width is remembered. */
export function WidthHandle() {
  const answerWidth = useAnswerWidth()
  const moveByKey = (event: KeyboardEvent) => {
    // To the left the answer becomes wider.
    const width = {
      ArrowLeft: answerWidth + KEY_STEP,
      ArrowRight: answerWidth - KEY_STEP,
      Home: MIN_ANSWER_WIDTH,
      End: MAX_ANSWER_WIDTH,
    }[event.key]
    if (width === undefined) return
    event.preventDefault()
    setWidth(width)
  }
  return (
    // A separator that can be moved is a widget with a value, and takes the focus.
    <div className="relative z-10 hidden w-0 flex-none lg:block">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/prefer-tag-over-role */}
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the answer"
        aria-valuenow={answerWidth}
        aria-valuemin={MIN_ANSWER_WIDTH}
        aria-valuemax={MAX_ANSWER_WIDTH}
        aria-valuetext={`${answerWidth} pixels`}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="absolute inset-y-0 -left-1 w-2 cursor-col-resize touch-none hover:bg-accent/30 focus-visible:bg-accent/30"
        onKeyDown={moveByKey}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
      />
    </div>
  )
}
