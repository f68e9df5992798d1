import { unreachable } from '../../lib/assert.ts'
import { formatCount } from '../../lib/format.ts'
import type { CompareChoice } from '../../state/compare/compare-choice.ts'
import type { SideTargets } from '../../state/compare/side-targets.ts'
import type { AskedComparison, CompareProgress } from '../../state/compare/use-comparison.ts'
import type { View } from '../../state/view/view.ts'
import { Button } from '../../ui/Button.tsx'
import { CompareResult } from './CompareResult.tsx'

const WAITING = 'Comparing once it is known what there is…'
const COMPARING = 'Comparing A and B…'
const GIVEN_UP = 'The comparison was given up.'

interface StateProps {
  readonly choice: CompareChoice | null
  readonly asked: AskedComparison
  readonly targets: SideTargets | null
  readonly onOpen: (view: View) => void
  /** Compares the halves of what is held; null where nothing with a time is. */
  readonly onHalves: (() => void) | null
}

/** The answer, how far it is, or why there is none. What it comes to is announced, and not each step on the way. */
export function CompareState(props: StateProps) {
  return (
    <>
      <output className="sr-only">{announcedWords(props.asked)}</output>
      <ShownState {...props} />
    </>
  )
}

function announcedWords({ answer, isAsking, isWaiting, isCancelled }: AskedComparison): string {
  if (isWaiting) return WAITING
  if (isAsking) return COMPARING
  if (isCancelled) return GIVEN_UP
  return answer?.ok === true ? answer.headline.map(({ text }) => text).join('') : ''
}

function ShownState({ choice, asked, targets, onOpen, onHalves }: StateProps) {
  const { answer, isWaiting, isAsking, isCancelled, progress, again, cancel } = asked
  if (choice === null) {
    return <p className="p-6 text-muted">Nothing with a time is held yet: there are no windows to compare.</p>
  }
  const state = isAsking ? (
    <Progress {...{ progress, isWaiting }} isFirst={answer === undefined} onCancel={cancel} />
  ) : isCancelled ? (
    <p className="flex flex-wrap items-center gap-3 px-4 py-3">
      {GIVEN_UP} {answer?.ok === true ? 'What is shown is of the windows before.' : ''}
      <Button onClick={again}>Compare</Button>
    </p>
  ) : null
  if (answer === undefined) return state
  if (!answer.ok) {
    return (
      <>
        {state}
        <div className="flex flex-wrap items-center gap-3 px-4 py-6" role="alert">
          <p>
            {answer.trouble.say}
            {answer.trouble.detail === null ? null : (
              <span className="block text-xs text-muted">{answer.trouble.detail}</span>
            )}
          </p>
          {onHalves === null ? null : <Button onClick={onHalves}>Compare the halves of what is held</Button>}
          <Button onClick={again}>Try again</Button>
        </div>
      </>
    )
  }
  return (
    <>
      {/* Above the answer of before, which stays where it is. */}
      <div className="pointer-events-none sticky top-0 z-30 h-0">
        <div className="pointer-events-auto float-right mt-2 mr-4 rounded-[10px] bg-surface">{state}</div>
      </div>
      <CompareResult compared={answer} isOld={isAsking || isCancelled} {...{ again, targets, onOpen }} />
    </>
  )
}

function wordsOf(progress: CompareProgress | null): string {
  if (progress === null) return COMPARING
  const { side, stage, records } = progress
  switch (stage) {
    case 'reading':
      return records === 0
        ? `Waiting for the records of ${side}…`
        : `Reading ${side}: ${formatCount(records)} records…`
    case 'adding':
      return `Adding up ${side}…`
    default:
      return unreachable(stage, 'stage')
  }
}

/** How far a comparison is. It appears late, because most are made before it would be seen. */
function Progress({
  progress,
  isWaiting,
  isFirst,
  onCancel,
}: {
  progress: CompareProgress | null
  isWaiting: boolean
  /** Whether nothing else is on the screen. */
  isFirst: boolean
  onCancel: () => void
}) {
  const part = progress?.part ?? null
  return (
    <div
      className={`flex w-fit max-w-full animate-late flex-wrap items-center gap-3 ${isFirst ? 'px-4 py-6' : 'rounded-[10px] border border-line px-3 py-1.5 shadow-[0_4px_16px_rgb(0_0_0/0.1)]'}`}
    >
      <span>{isWaiting ? WAITING : wordsOf(progress)}</span>
      {part === null ? null : (
        <div
          role="progressbar"
          aria-label="How far it is"
          aria-valuenow={Math.round(part * 100)}
          className="h-1.5 w-32 overflow-hidden rounded-full bg-sunken"
        >
          <div className="h-full bg-accent" style={{ width: `${part * 100}%` }} />
        </div>
      )}
      {isWaiting ? null : <Button onClick={onCancel}>Cancel</Button>}
    </div>
  )
}
