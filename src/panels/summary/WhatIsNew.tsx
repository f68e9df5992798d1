import { formatMinute, formatTime } from '../../lib/format.ts'
import type { Baseline } from '../../state/client/novelty.ts'
import { useBaseline } from '../../state/client/use-baseline.ts'
import { commands, useApplicable } from '../../state/commands/commands.ts'
import { useSeenUntil } from '../../state/remembered/seen-until.ts'

/** What "new" means on this screen, and the links that set and forget the time up to which denials were seen. */
export function WhatIsNew({
  className,
  isWhole = false,
}: {
  className: string
  /** Whether the meaning is said wherever it stands, and not only where the strip has room for it. */
  isWhole?: boolean
}) {
  const baseline = useBaseline()
  const seenUntil = useSeenUntil()
  const canMark = useApplicable().has('seen.mark')
  return (
    <div className={`min-w-0 items-center gap-1 text-2xs whitespace-nowrap text-muted ${className}`}>
      {/* A new element for other words: the same one at another place would count as a shift. */}
      <p
        key={meaningOf(baseline)}
        className={`truncate ${isWhole ? 'mr-auto' : 'hidden @5xl:block'}`}
        title={titleOf(baseline)}
      >
        {meaningOf(baseline)}
      </p>
      {seenUntil === null ? null : (
        <TextButton
          title={`Forget that you marked what was seen until ${formatTime(seenUntil)}`}
          onClick={() => commands.request('seen.forget')}
        >
          forget
        </TextButton>
      )}
      <TextButton
        title="Mark as seen (M): what is first seen from now on is new"
        disabled={!canMark}
        onClick={() => commands.run('seen.mark')}
      >
        mark as seen
      </TextButton>
    </div>
  )
}

/** What is called new, or why nothing is. */
function meaningOf(baseline: Baseline): string {
  if (!baseline.known) return `nothing is called new: ${baseline.why}`
  return baseline.marked
    ? `new: first seen since you marked at ${formatMinute(baseline.since)}`
    : 'new: first seen in the last 5 minutes'
}

function titleOf(baseline: Baseline): string {
  return baseline.known
    ? `First seen after ${formatTime(baseline.since)}, and in nothing held before.`
    : baseline.why
}

function TextButton({
  title,
  disabled = false,
  onClick,
  children,
}: {
  title: string
  disabled?: boolean
  onClick: () => void
  children: string
}) {
  return (
    <button
      type="button"
      title={title}
      disabled={disabled}
      onClick={onClick}
      className="h-6 rounded-[5px] px-1 text-accent hover:underline disabled:text-muted disabled:no-underline"
    >
      {children}
    </button>
  )
}
