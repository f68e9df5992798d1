import { useMemo, useRef, useState } from 'react'

import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { print } from '../../filter/language/print.ts'
import { parseScope } from '../../filter/scope.ts'
import { Button } from '../../ui/Button.tsx'
import { ScopeField } from './ScopeField.tsx'
import { ScopePlan } from './ScopePlan.tsx'

const textOf = (expression: Expression): string => (expression.kind === 'all' ? '' : print(expression))

/** A form for the scope: its query, the errors in it, and which part of it Goldmane filters itself. */
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
  /** The text that was submitted in spite of its errors: all of them are shown then. */
  const [refused, setRefused] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const parsed = useMemo(() => parseScope(text), [text])
  const errors = parsed.ok ? [] : parsed.errors
  // An error at the end of the text may only be what is not typed yet.
  const shown = refused === text ? errors : errors.filter(({ to }) => to < text.trimEnd().length)
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
      <ScopeField input={input} text={text} errors={errors} shown={shown} onChange={setText} />
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
