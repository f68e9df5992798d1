import { Icon } from './Icon.tsx'

/** What is wrong with a text, and what could stand there instead. */
export interface TextError {
  readonly message: string
  readonly suggestion?: string
}

/** What is wrong with the text, in words, and what was probably meant. Read out when it appears. */
export function TextErrors({
  id,
  errors,
  cap,
  onTake,
}: {
  id: string
  errors: readonly TextError[]
  /** The cap of Alt-Enter, which takes the suggestion, on this keyboard. */
  cap: string
  /** Puts the suggestion into the text. */
  onTake: () => void
}) {
  const [first] = errors
  // The one that would be taken: the first that has a suggestion.
  const meant = errors.find(({ suggestion }) => suggestion !== undefined)
  return (
    <div aria-live="polite">
      {first === undefined ? null : (
        <p id={id} className="flex flex-wrap items-center gap-x-1.5 gap-y-1 pt-1.5 text-xs text-deny">
          <Icon name="deny" className="size-3.5" />
          <span className="min-w-0 flex-[0_1_auto]">{first.message}</span>
          {meant === undefined ? null : (
            <span>
              Did you mean{' '}
              <button
                type="button"
                aria-keyshortcuts="Alt+Enter"
                onClick={onTake}
                className="rounded-md font-mono font-semibold text-accent underline underline-offset-2"
              >
                {meant.suggestion}
              </button>
              ? <kbd className="rounded bg-sunken px-1 text-2xs text-muted">{cap}</kbd>
            </span>
          )}
          {errors.length === 1 ? null : <span className="text-muted">and {errors.length - 1} more</span>}
        </p>
      )}
    </div>
  )
}
