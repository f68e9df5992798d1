import { formatClocks, formatDays, formatTime } from '../../lib/format.ts'
import { commands, useApplicable } from '../../state/commands/commands.ts'
import { type ReadHistory, summedWords } from '../../state/client/read-history.ts'
import { MAX_UNSUMMED_SECONDS, readRangeAlone, unsummedPart } from '../../state/view/history-range.ts'
import { navigate } from '../../state/view/navigation.ts'
import { useReadOn } from '../../state/view/read-on.ts'
import type { TimeRange } from '../../state/client/time-range.ts'

/** How far from an hour the records held may be for the way back to be called so. */
const HOUR_SLACK_SECONDS = 300

/** The times that are shown with their date, the way back to all of them, and what the colours mean. */
export function TimelineSide({
  whole,
  shown,
  isLow,
  isReplaying,
  past,
  onWhole,
}: {
  whole: TimeRange
  shown: TimeRange
  /** Whether there is one line of room only. */
  isLow: boolean
  isReplaying: boolean
  /** Null where the source is no history. */
  past: ReadHistory | null
  /** Null when everything held is shown. */
  onWhole: (() => void) | null
}) {
  const { from, to } = shown
  const canReplay = useApplicable().has('replay')
  return (
    <div
      className={`hidden flex-none text-right text-2xs leading-[17px] whitespace-nowrap text-muted md:flex ${isLow ? 'items-center gap-2' : 'w-48 flex-col justify-center'}`}
    >
      <p className="font-semibold text-ink tabular-nums" title={`${formatTime(from)} – ${formatTime(to)}`}>
        {formatClocks(from, to)}
      </p>
      {isLow ? null : (
        <p>
          {formatDays(from, to)} · {formatLength(to - from)}
        </p>
      )}
      {/* One line, whatever it says. */}
      <p className="-my-1 flex h-6 items-center justify-end gap-3">
        {isReplaying && !isLow ? (
          'bars after the clock are pale'
        ) : (
          <>
            {canReplay && !isReplaying && past === null ? (
              <TextButton onClick={() => commands.run('replay')}>replay</TextButton>
            ) : null}
            {onWhole === null ? null : (
              <TextButton onClick={onWhole}>{past === null ? wholeWords(whole) : 'all'}</TextButton>
            )}
            {past === null ? null : <PastButtons past={past} shown={shown} isWhole={onWhole === null} />}
          </>
        )}
      </p>
      {isLow ? null : (
        <ul className="flex justify-end gap-x-2.5">
          <li>
            <span data-swatch="" className="mr-1 inline-block size-2 rounded-[2px] bg-deny" />
            denied
          </li>
          <li>
            <span data-swatch="" className="mr-1 inline-block size-2 rounded-[2px] bg-bar" />
            allowed
          </li>
        </ul>
      )}
    </div>
  )
}

/** The ways out of a range of the history: to its records as they came, and to the live ones. */
function PastButtons({ past, shown, isWhole }: { past: ReadHistory; shown: TimeRange; isWhole: boolean }) {
  const isSummed = past.step !== null && summedWords(past.step) !== null
  const isPart = shown.to - shown.from < past.range.to - past.range.from
  const fits = shown.to - shown.from <= MAX_UNSUMMED_SECONDS
  const readOn = useReadOn()
  return (
    <>
      {isSummed && isPart && fits ? (
        <TextButton onClick={() => readRangeAlone(unsummedPart(shown))}>unsummed</TextButton>
      ) : null}
      {readOn === null || !isWhole ? null : <TextButton onClick={readOn}>read to now</TextButton>}
      <TextButton onClick={() => navigate({ time: null })}>back to live</TextButton>
    </>
  )
}

function TextButton({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <button type="button" className="h-6 rounded-sm text-accent hover:underline" onClick={onClick}>
      {children}
    </button>
  )
}

function wholeWords({ from, to }: TimeRange): string {
  return Math.abs(to - from - 3600) <= HOUR_SLACK_SECONDS ? 'show the whole hour' : 'show everything held'
}

/** "45 s", "12.5 min", "3 h", "7 d" */
function formatLength(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 6) / 10} min`
  return seconds < 172_800 ? `${Math.round(seconds / 360) / 10} h` : `${Math.round(seconds / 8640) / 10} d`
}
