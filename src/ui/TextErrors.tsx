import { Icon } from './Icon.tsx'

/** A mistake in a text, and a replacement for the mistaken part where one is known. */
export interface TextError {
  readonly message: string
  readonly suggestion?: string
}

/**
 * The first mistake of a text, and the suggestion that Alt-Enter would take. A live region: assistive technology
 * announces it when it appears.
 */
export function TextErrors({
  id,
  errors,
  cap,
  onTake,
}: {
  id: string
  errors: readonly TextError[]
  /** The key cap of Alt-Enter on this platform. */
  cap: string
  /** Replaces the mistaken part by the suggestion. */
  onTake: () => void
}) {
  const [first] = errors
  // Alt-Enter accepts the first suggestion, which need not belong to the first mistake.
  const suggested = errors.find(({ suggestion }) => suggestion !== undefined)
  return (
    <div aria-live="polite">
      {first === undefined ? null : (
        <p id={id} className="flex flex-wrap items-center gap-x-1.5 gap-y-1 pt-1.5 text-xs text-deny">
          <Icon name="deny" className="size-3.5" />
          <span className="min-w-0 flex-[0_1_auto]">{first.message}</span>
          {suggested === undefined ? null : (
            <span>
              Did you mean{' '}
              <button
                type="button"
                aria-keyshortcuts="Alt+Enter"
                onClick={onTake}
                className="rounded-md font-mono font-semibold text-accent underline underline-offset-2"
              >
                {suggested.suggestion}
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
