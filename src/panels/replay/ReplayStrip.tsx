import { type ReactNode, useEffect, useRef } from 'react'

import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { formatClock } from '../../lib/format.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import { type ReplayClock, SPEEDS } from '../../state/replay/replay-clock.ts'
import { Button } from '../../ui/Button.tsx'
import { useRovingFocus } from '../../ui/roving-focus.ts'

const SQUARE =
  'grid size-7 flex-none place-items-center rounded-[7px] border disabled:opacity-50 phone:size-9'

export interface ReplayActs {
  readonly onToggle: () => void
  readonly onStep: (buckets: 1 | -1) => void
  readonly onChange: (part: Partial<Pick<ReplayClock, 'speed' | 'loop' | 'pauseAtDenial'>>) => void
  readonly onNextDenial: () => void
  readonly onLeave: () => void
}

/**
 * The clock of a replay: play, step, speed, where it pauses. It is docked under the timeline while a capture is replayed.
 * `heads` is null while the capture is being read, when there is nothing to play yet.
 */
export function ReplayStrip({
  clock,
  head,
  heads,
  onToggle,
  onStep,
  onChange,
  onNextDenial,
  onLeave,
}: ReplayActs & { clock: ReplayClock; head: number; heads: TimeRange | null }) {
  const strip = useRef<HTMLElement>(null)
  const playButton = useRef<HTMLButtonElement>(null)
  useRovingFocus(strip)
  useEffect(() => {
    // What began the replay may be gone from the screen, and the focus with it.
    if (document.activeElement === document.body) playButton.current?.focus()
  }, [])
  const { playing, speed, loop, pauseAtDenial } = clock
  const isWaiting = heads === null
  const stopped = stopWords(clock, head)
  return (
    <section
      ref={strip}
      data-part="replay"
      aria-label="Replay"
      className="@container flex-none border-b border-line bg-accent-soft px-4 phone:px-2"
    >
      <div className="flex flex-wrap items-center gap-2 py-1.5 text-xs">
        <StripButton name="Step back" keys="," disabled={isWaiting} onClick={() => onStep(-1)}>
          <path d="M4 3.5v9M12 3.5v9L6 8z" />
        </StripButton>
        <button
          ref={playButton}
          type="button"
          aria-label={playing ? 'Pause' : 'Play'}
          title={`${playing ? 'Pause' : 'Play'} (Space)`}
          disabled={isWaiting}
          onClick={onToggle}
          className={`${SQUARE} border-accent bg-accent text-surface hover:opacity-90`}
        >
          <Glyph>{playing ? <path d="M5.5 4v8M10.5 4v8" /> : <path d="M5 3.5v9l7-4.5z" />}</Glyph>
        </button>
        <StripButton name="Step on" keys="." disabled={isWaiting} onClick={() => onStep(1)}>
          <path d="M12 3.5v9M4 3.5v9L10 8z" />
        </StripButton>
        {/* With room for what it says when it pauses by itself, so that the speeds keep their place. */}
        <p className="whitespace-nowrap text-muted" style={{ minWidth: '11.5rem' }}>
          <strong className="font-mono text-sm font-medium text-ink">{formatClock(head)}</strong>{' '}
          {heads === null ? (
            'is being read'
          ) : (
            <span role="status" className={stopped === null ? '' : 'font-medium text-accent'}>
              {stopped ?? `of ${formatClock(heads.to)}`}
            </span>
          )}
        </p>
        <Speeds speed={speed} onChange={onChange} />
        <p className="hidden min-w-0 flex-1 truncate text-muted @5xl:block">{paceWords(clock)}</p>
        <div className="ml-auto flex flex-none items-center gap-3">
          <Tick checked={loop} onChange={(next) => onChange({ loop: next })}>
            loop
          </Tick>
          <Tick checked={pauseAtDenial} onChange={(next) => onChange({ pauseAtDenial: next })}>
            pause at <span className="@max-5xl:sr-only">the next</span> new denial
          </Tick>
          <span className="contents @max-5xl:hidden">
            <Button disabled={isWaiting} title="Go to the next new denial (n)" onClick={onNextDenial}>
              Next new denial
            </Button>
          </span>
          <Button aria-label="Leave replay" onClick={onLeave}>
            Leave <span className="@max-5xl:hidden">replay</span>
          </Button>
        </div>
      </div>
    </section>
  )
}

/** "15 s of the capture every 3.75 s" */
function paceWords({ speed }: ReplayClock): string {
  const every = BUCKET_SECONDS / speed
  if (every >= 0.3) return `15 s of the capture every ${Math.round(every * 100) / 100} s`
  return `${speed / 60} min of the capture every second`
}

/** Why it stands; null where it did not pause by itself, and once the head was moved away from there. */
function stopWords({ stop }: ReplayClock, head: number): string | null {
  if (stop === null || stop.at !== head) return null
  return stop.by === 'denial' ? 'paused: new denial' : 'paused: the end'
}

/** Segments, or a list where there is no room for them. */
function Speeds({ speed, onChange }: Pick<ReplayClock, 'speed'> & Pick<ReplayActs, 'onChange'>) {
  return (
    <>
      <div
        role="group"
        aria-label="Speed"
        className="flex h-7 flex-none rounded-[7px] border border-line bg-surface @max-4xl:hidden"
      >
        {SPEEDS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === speed}
            aria-label={`${each} times`}
            onClick={() => onChange({ speed: each })}
            className={`rounded-[5px] px-2 ${each === speed ? 'bg-sunken font-semibold text-ink' : 'text-muted hover:text-ink'}`}
          >
            {each}×
          </button>
        ))}
      </div>
      <select
        aria-label="Speed"
        value={speed}
        onChange={(event) => {
          const chosen = SPEEDS.find((each) => String(each) === event.currentTarget.value)
          if (chosen !== undefined) onChange({ speed: chosen })
        }}
        className="h-7 flex-none rounded-[7px] border border-line bg-surface px-1 text-ink phone:h-9 @4xl:hidden"
      >
        {SPEEDS.map((each) => (
          <option key={each} value={each}>
            {each}×
          </option>
        ))}
      </select>
    </>
  )
}

function StripButton({
  name,
  keys,
  disabled,
  onClick,
  children,
}: {
  name: string
  keys: string
  disabled: boolean
  onClick: () => void
  children: ReactNode
}) {
  return (
    <button
      type="button"
      aria-label={name}
      title={`${name} by 15 s (${keys})`}
      disabled={disabled}
      onClick={onClick}
      className={`${SQUARE} border-line bg-surface text-ink hover:bg-sunken`}
    >
      <Glyph>{children}</Glyph>
    </button>
  )
}

function Tick({
  checked,
  onChange,
  children,
}: {
  checked: boolean
  onChange: (checked: boolean) => void
  children: ReactNode
}) {
  return (
    <label className="flex min-h-6 items-center gap-1.5 whitespace-nowrap text-muted">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
        className="size-4 flex-none accent-accent"
      />
      {children}
    </label>
  )
}

function Glyph({ children }: { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className="size-4"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}
