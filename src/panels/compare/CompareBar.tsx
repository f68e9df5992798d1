import type { SideSummary } from '../../compare/comparison.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { formatClocks, formatDays, formatMinutes, formatPlural } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { lengthWords } from '../../lib/length-words.ts'
import { useFlowtrace } from '../../state/client/flowtrace.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import {
  asAround,
  asWindows,
  type CompareChoice,
  type SideName,
  swapped,
  windowsOf,
} from '../../state/compare/compare-choice.ts'
import type { AskedComparison } from '../../state/compare/use-comparison.ts'
import { Icon } from '../../ui/Icon.tsx'
import { AroundPanel, WindowPanel } from './WindowPanels.tsx'
import { SideCard } from './SideCard.tsx'
import { datedClocks, formatDayMinute, spanDays } from './window-length.ts'

interface BarProps {
  readonly choice: CompareChoice
  readonly choose: (choice: CompareChoice) => void
  readonly held: TimeRange | null
  readonly asked: AskedComparison
  /** Whether the page has the second capture. */
  readonly hasFile: boolean
  /** Lets the reader choose it. */
  readonly onFile: () => void
  /** The side whose panel is open. */
  readonly opened: SideName | null
  readonly onOpened: (side: SideName | null) => void
}

/** Which windows or captures are compared. */
export function CompareBar(props: BarProps) {
  const { choice, choose, held } = props
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2">
      <div className="flex min-w-0 flex-1 items-center gap-2 max-sm:basis-full">
        <Side {...props} side="a" />
        <button
          type="button"
          aria-label="Swap A and B"
          title="Swap A and B (x)"
          onClick={() => choose(swapped(choice))}
          className="grid size-7 flex-none place-items-center rounded-[7px] border border-line text-muted hover:bg-sunken hover:text-ink phone:h-11"
        >
          <Icon name="arrow" className="size-3.5" />
        </button>
        <Side {...props} side="b" />
      </div>
      <KindChoice choice={choice} choose={choose} held={held} />
    </div>
  )
}

function Side(props: BarProps & { readonly side: SideName }) {
  return props.choice.kind === 'captures' ? <CaptureSide {...props} /> : <WindowSide {...props} />
}

/** A window, with the panel that sets it. */
function WindowSide({ side, choice, choose, held, asked, opened, onOpened }: BarProps & { side: SideName }) {
  const windows = windowsOf(choice)
  if (windows === null) return null
  const window = windows[side]
  const isDated = spanDays([windows.a, windows.b])
  const summary = currentComparison(asked)?.[side] ?? null
  const position = choice.kind === 'around' ? `${side === 'a' ? 'before' : 'after'}, ` : ''
  const length = lengthWords(window.to - window.from)
  const records = summary === null ? '' : formatPlural(summary.records, 'record')
  const cut = summary === null ? '' : cutWords(summary, window)
  const measure = [length, records].filter(Boolean).join(', ')
  const close = (next: CompareChoice) => {
    choose(next)
    onOpened(null)
  }
  return (
    <SideCard
      side={side}
      title={isDated ? datedClocks(window) : formatClocks(window.from, window.to)}
      short={isDated ? formatDayMinute(window.from) : formatMinutes(window.from, window.to)}
      help={formatDays(window.from, window.to)}
      detail={`${position}${measure}${cut}`}
      // A title that says when a window ends says how long it is.
      shortDetail={isDated || records === '' ? measure : records}
      open={opened === side}
      onOpenChange={(isOpen) => onOpened(isOpen ? side : null)}
    >
      {choice.kind === 'around' ? (
        <AroundPanel {...{ choice, held }} onChoose={close} />
      ) : (
        <WindowPanel {...{ side, choice, held, window }} onChoose={close} />
      )}
    </SideCard>
  )
}

/** The comparison that answers what is asked; null while there is none, and where that was given up. */
function currentComparison({ answer, isAsking, isCancelled }: AskedComparison) {
  return answer?.ok === true && !isAsking && !isCancelled ? answer.comparison : null
}

function differs(a: number, b: number): boolean {
  return Math.abs(a - b) >= BUCKET_SECONDS
}

/** Which sums were compared in place of a window, or how much of it is held, where that is not all. */
function cutWords({ range, sums }: SideSummary, window: TimeRange): string {
  const seconds = range.to - range.from
  if (sums !== null && (differs(range.from, window.from) || differs(range.to, window.to)))
    return `; by sums of ${formatMinutes(range.from, range.to)}`
  return window.to - window.from - seconds < BUCKET_SECONDS
    ? ''
    : `; only ${lengthWords(seconds)} of it are held`
}

/** A capture: the open one, or the one that the reader chooses. */
function CaptureSide({ side, choice, asked, hasFile, onFile }: BarProps & { side: SideName }) {
  const { source } = useFlowtrace()
  if (choice.kind !== 'captures') return null
  const isOther = choice.swapped === (side === 'a')
  const summary = hasFile ? (currentComparison(asked)?.[side] ?? null) : null
  const detail =
    summary === null
      ? isOther && !hasFile
        ? choice.other === null
          ? 'not chosen yet'
          : 'not on this page'
        : 'whole'
      : `whole, ${formatPlural(summary.records, 'record')}${summary.seconds === 0 ? '' : `, ${lengthWords(summary.seconds)}`}`
  const name = choice.other === null ? 'Choose a capture…' : visibleText(choice.other.name)
  return (
    <SideCard
      side={side}
      title={isOther ? name : source.name}
      help={isOther ? 'Choose another capture' : 'What is open'}
      detail={detail}
      shortDetail={summary === null ? detail : formatPlural(summary.records, 'record')}
      {...(isOther ? { onClick: onFile } : {})}
    />
  )
}

const KINDS = [
  { kind: 'around', title: 'Around a moment' },
  { kind: 'windows', title: 'Two windows' },
  { kind: 'captures', title: 'Two captures' },
] as const

function KindChoice({ choice, choose, held }: Pick<BarProps, 'choice' | 'choose' | 'held'>) {
  const to = (kind: CompareChoice['kind']): CompareChoice | null => {
    if (kind === 'captures') return { kind, swapped: false, other: null }
    if (held === null) return null
    return kind === 'around' ? asAround(choice, held) : asWindows(choice, held)
  }
  return (
    <div
      role="group"
      aria-label="What is compared"
      className="flex rounded-[8px] border border-line bg-sunken p-px max-sm:w-full"
    >
      {KINDS.map(({ kind, title }) => {
        const next = to(kind)
        return (
          <button
            key={kind}
            type="button"
            aria-pressed={choice.kind === kind}
            disabled={next === null}
            title={next === null ? 'Nothing with a time is held' : undefined}
            onClick={() => {
              if (next !== null && choice.kind !== kind) choose(next)
            }}
            className="h-6.5 rounded-[7px] px-2.5 text-xs whitespace-nowrap text-muted hover:text-ink disabled:opacity-50 aria-pressed:bg-surface aria-pressed:font-medium aria-pressed:text-ink phone:h-9 phone:flex-1 phone:px-1"
          >
            {title}
          </button>
        )
      })}
    </div>
  )
}
