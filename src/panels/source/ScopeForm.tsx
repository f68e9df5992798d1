import { useId, useMemo, useRef, useState } from 'react'

import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { print } from '../../filter/language/print.ts'
import { parseScope } from '../../filter/scope.ts'
import { isMac } from '../../state/commands/key-chords.ts'
import { Button } from '../../ui/Button.tsx'
import { TextErrors } from '../../ui/TextErrors.tsx'
import { ScopeOffers } from './ScopeOffers.tsx'
import { ScopePlan } from './ScopePlan.tsx'

const textOf = (expression: Expression): string => (expression.kind === 'all' ? '' : print(expression))

/** Takes a query for a scope, says what is wrong with it, and who will do the filtering. */
export function ScopeForm({
  scope,
  filter,
  onApply,
}: {
  scope: Expression
  filter: Expression
  onApply: (scope: Expression) => void
}) {
  const [text, setText] = useState(() => textOf(scope))
  /** The text that was not taken. */
  const [refused, setRefused] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const errorId = useId()
  const offersId = useId()
  const parsed = useMemo(() => parseScope(text), [text])
  const errors = parsed.ok ? [] : parsed.errors
  // What stands at the end may still be unfinished.
  const shown = refused === text ? errors : errors.filter(({ to }) => to < text.trimEnd().length)
  const take = () => {
    const meant = errors.find(({ suggestion }) => suggestion !== undefined)
    if (meant?.suggestion === undefined) return
    setText(text.slice(0, meant.from) + meant.suggestion + text.slice(meant.to))
    input.current?.focus()
  }
  return (
    <form
      className="flex w-[30rem] max-w-full flex-col gap-3 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (parsed.ok) onApply(parsed.expression)
        else setRefused(text)
      }}
    >
      <div>
        <h2 className="text-sm font-semibold">Stream only what matches</h2>
        <p className="mt-0.5 text-xs text-muted">
          For a cluster too large to hold. The filter narrows what is held; the scope narrows what is received
          in the first place.
        </p>
      </div>
      <div>
        <input
          ref={input}
          type="text"
          list={offersId}
          aria-label="Scope"
          aria-invalid={shown.length > 0}
          aria-describedby={shown.length > 0 ? errorId : undefined}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          placeholder="dst.ns = backend"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !event.altKey) return
            event.preventDefault()
            take()
          }}
          className={`h-8 w-full rounded-lg border bg-page px-3 font-mono text-xs placeholder:text-faint ${shown.length > 0 ? 'border-deny' : 'border-edge'}`}
        />
        <ScopeOffers id={offersId} text={text} />
        <TextErrors
          id={errorId}
          errors={shown}
          cap={isMac(navigator.platform) ? '⌥ Enter' : 'Alt Enter'}
          onTake={take}
        />
      </div>
      {parsed.ok && parsed.expression.kind !== 'all' ? <ScopePlan scope={parsed.expression} /> : null}
      <p className="text-xs text-muted">
        Another scope drops what is held and asks Goldmane for its last hour again. The link carries it.
      </p>
      <div className="flex flex-wrap items-center justify-end gap-2">
        {filter.kind === 'all' || textOf(filter) === text ? null : (
          <Button
            look="quiet"
            className="mr-auto"
            onClick={() => {
              setText(textOf(filter))
              input.current?.focus()
            }}
          >
            Take over the filter
          </Button>
        )}
        {scope.kind === 'all' ? null : <Button onClick={() => onApply(ALL)}>Stream everything</Button>}
        <Button look="primary" type="submit" disabled={text.trim() === '' && scope.kind === 'all'}>
          Stream only this
        </Button>
      </div>
    </form>
  )
}
