import { formatClocks, formatPlural } from '../../lib/format.ts'
import { describeFill } from '../../state/client/fill-words.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import { Button } from '../../ui/Button.tsx'
import { PopoverPanel } from '../../ui/PopoverPanel.tsx'
import { describeLoss } from './freshness-words.ts'

const NOTHING = { gaps: [], lost: [], awaited: [], fill: null } as const

/** The number of gaps, which opens a panel that names each gap and loss, and can ask Goldmane for what is missing. */
export function GapPanel() {
  const { client } = useFlowtrace()
  const count = useSnapshot(({ status }) => status.holdings.gaps)
  const report = useSnapshot(({ status }) => status.live)
  const { gaps, lost, awaited, fill } = report ?? NOTHING
  const loss = describeLoss(lost)
  const isAsking = fill?.state === 'asking'
  return (
    <PopoverPanel
      title="Gaps"
      trigger={
        <button type="button" className="h-6 rounded-sm underline underline-offset-2 hover:text-ink">
          {describeMissing(count, loss)}
        </button>
      }
    >
      <div className="w-96 max-w-full p-3 text-xs">
        <h2 className="text-sm font-semibold">Times of which nothing, or not all, was received</h2>
        <p className="mt-1 text-muted">
          Goldmane keeps an hour. When it has restarted, the nodes send it minutes of flows again, which reach
          no stream: they have to be asked for.
        </p>
        <ul className="mt-2 grid gap-1">
          {gaps.map((gap) => (
            <Missing key={`gap ${gap.from}`} range={gap} isAsking={isAsking}>
              {awaited.some(({ from, to }) => from < gap.to && to > gap.from)
                ? 'nothing received; the gateway still tries'
                : 'nothing received'}
            </Missing>
          ))}
          {lost.map((range) => (
            <Missing key={`lost ${range.from} ${range.to}`} range={range} isAsking={isAsking}>
              {range.notFetched === true
                ? 'lost: the gateway had no memory for it, and Goldmane did not give it'
                : 'lost: this page read too slowly'}
            </Missing>
          ))}
        </ul>
        {count > gaps.length ? (
          <p className="mt-1 text-muted">and {formatPlural(count - gaps.length, 'older gap')}.</p>
        ) : null}
        <div className="mt-2 flex items-center gap-2">
          {gaps.length + lost.length > 1 ? (
            <Button
              disabled={isAsking}
              onClick={() => client.fillGaps({ from: 0, to: Number.POSITIVE_INFINITY })}
            >
              Fill all
            </Button>
          ) : null}
          <output aria-label="Filling" className="min-h-4">
            {fill === null ? '' : describeFill(fill)}
          </output>
        </div>
      </div>
    </PopoverPanel>
  )
}

function describeMissing(gaps: number, loss: string | null): string {
  if (gaps === 0) return loss ?? 'no gaps'
  return `${formatPlural(gaps, 'gap')}${loss === null ? '' : ` · ${loss}`}`
}

function Missing({ range, isAsking, children }: { range: TimeRange; isAsking: boolean; children: string }) {
  const { client } = useFlowtrace()
  const clocks = formatClocks(range.from, range.to)
  return (
    <li className="flex items-center gap-2">
      <span className="font-medium whitespace-nowrap">{clocks}</span>
      <span className="min-w-0 flex-1 text-muted">{children}</span>
      <Button
        aria-label={`Fill the gap ${clocks}`}
        disabled={isAsking}
        onClick={() => client.fillGaps(range)}
      >
        Fill the gap
      </Button>
    </li>
  )
}
