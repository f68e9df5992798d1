import { type RefObject, useId } from 'react'

import type { ParseError } from '../../filter/language/token-reader.ts'
import { isMac } from '../../state/commands/key-chords.ts'
import { TextErrors } from '../../ui/TextErrors.tsx'
import { ScopeOffers } from './ScopeOffers.tsx'

/** The text field for the scope, with completion, the errors below it, and Alt+Enter to take a suggestion. */
export function ScopeField({
  input,
  text,
  errors,
  shown,
  onChange,
}: {
  input: RefObject<HTMLInputElement | null>
  text: string
  errors: readonly ParseError[]
  /** The errors that are written below the field. */
  shown: readonly ParseError[]
  onChange: (text: string) => void
}) {
  const errorId = useId()
  const offersId = useId()
  const isWrong = shown.length > 0
  const takeSuggestion = () => {
    const error = errors.find(({ suggestion }) => suggestion !== undefined)
    if (error?.suggestion === undefined) return
    onChange(text.slice(0, error.from) + error.suggestion + text.slice(error.to))
    input.current?.focus()
  }
  return (
    <div>
      <input
        ref={input}
        type="text"
        list={offersId}
        aria-label="Scope"
        aria-invalid={isWrong}
        aria-describedby={isWrong ? errorId : undefined}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        placeholder="dst.ns = backend"
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !event.altKey) return
          event.preventDefault()
          takeSuggestion()
        }}
        className={`h-8 w-full rounded-lg border bg-page px-3 font-mono text-xs placeholder:text-faint ${isWrong ? 'border-deny' : 'border-edge'}`}
      />
      <ScopeOffers id={offersId} text={text} />
      <TextErrors
        id={errorId}
        errors={shown}
        cap={isMac(navigator.platform) ? '⌥ Enter' : 'Alt Enter'}
        onTake={takeSuggestion}
      />
    </div>
  )
}
