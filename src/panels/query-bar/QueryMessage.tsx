import type { ParseError } from '../../filter/language/token-reader.ts'
import { Icon } from '../../ui/Icon.tsx'

/**
 * What is wrong with the text, and the query that is probably meant, which a click or Enter takes. A live region:
 * assistive technology announces it when it appears.
 */
export function QueryMessage({
  id,
  errors,
  onTake,
}: {
  id: string
  /** The errors that are shown. */
  errors: readonly ParseError[]
  /** Replaces the mistaken part by the suggestion. */
  onTake: () => void
}) {
  const [first] = errors
  // The first suggestion, which need not belong to the first error.
  const suggestion = errors.find((error) => error.suggestion !== undefined)?.suggestion
  return (
    <div aria-live="polite" className="max-w-full">
      {first === undefined ? null : (
        <p
          id={id}
          className="flex max-w-full flex-wrap items-center gap-x-2 gap-y-1 rounded-[10px] border border-line bg-surface px-3 py-2 text-xs text-ink shadow-[0_8px_30px_rgb(0_0_0/0.14)]"
        >
          <Icon name="warning" className="size-3.5 text-deny" />
          <span className="min-w-0 break-words">{first.message}</span>
          {suggestion === undefined ? null : (
            <span className="min-w-0">
              Did you mean{' '}
              <button
                type="button"
                // The press must not take the focus from the text, whose popup this is.
                onPointerDown={(event) => event.preventDefault()}
                onMouseDown={(event) => event.preventDefault()}
                onClick={onTake}
                className="min-h-6 rounded-md font-mono font-semibold break-words text-accent underline underline-offset-2"
              >
                {suggestion}
              </button>
              ? <kbd className="rounded bg-sunken px-1 text-2xs text-muted">Enter</kbd>
            </span>
          )}
          {errors.length === 1 ? null : <span className="text-muted">and {errors.length - 1} more</span>}
        </p>
      )}
    </div>
  )
}
