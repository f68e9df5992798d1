import { Suspense, useRef, useState } from 'react'

import { ALL } from '../../filter/tree/expression.ts'
import { print } from '../../filter/language/print.ts'
import { laterPart } from '../../ui/lazy-part.tsx'
import { useCommand } from '../../state/commands/commands.ts'
import { useFlowtrace } from '../../state/client/flowtrace.ts'
import { navigate, useViewPart } from '../../state/view/navigation.ts'
import { Icon } from '../../ui/Icon.tsx'

const ScopePanel = laterPart(async () => (await import('./ScopePanel.tsx')).ScopePanel)

/** The scope, beside the name of the source, with buttons to change and to clear it. Empty when all flows are received. */
export function ScopeChip() {
  const { source } = useFlowtrace()
  const scope = useViewPart((view) => view.scope)
  const anchor = useRef<HTMLDivElement>(null)
  const live = 'scope' in source.open
  const text = print(scope)
  const [editing, setEditing] = useState(false)
  useCommand('scope.edit', () => setEditing(true), live)
  return (
    // The chip shrinks first, and has the height of a button even when it is empty: its panel opens below it. Empty, it takes no
    // room from the words of the source.
    <div
      ref={anchor}
      className={`min-h-7 max-w-fit min-w-0 ${scope.kind === 'all' ? 'flex-none' : 'flex-[1_1_8rem]'}`}
    >
      {scope.kind === 'all' ? null : (
        <div
          role="group"
          aria-label="Scope"
          className={`flex h-7 max-w-full items-center rounded-[7px] border text-xs ${live ? 'border-accent bg-accent-soft' : 'border-line bg-sunken text-muted'}`}
        >
          {live ? (
            <button
              type="button"
              aria-label={`Change the scope: only ${text}`}
              title={`Only flows that match are received: ${text}`}
              onClick={() => setEditing(true)}
              className="flex h-full min-w-0 items-center gap-1.5 rounded-l-[6px] pl-2.5"
            >
              <span className="truncate text-muted">only</span>
              <code className="truncate">{text}</code>
            </button>
          ) : (
            <span
              className="truncate pl-2.5"
              title={`The link limits what is streamed to ${text}. A capture is there already: use the filter.`}
            >
              scope not applied: a capture is read whole
            </span>
          )}
          <button
            type="button"
            aria-label={live ? 'Stream everything again' : 'Take the scope out of the link'}
            title={live ? 'Stream everything again' : 'Take the scope out of the link'}
            onClick={() => navigate({ scope: ALL })}
            className="grid h-full w-7 flex-none place-items-center rounded-r-[6px] text-accent hover:text-ink"
          >
            <Icon name="close" className="size-3" />
          </button>
        </div>
      )}
      {live ? (
        <Suspense fallback={null}>
          <ScopePanel anchor={anchor} open={editing} onOpenChange={setEditing} />
        </Suspense>
      ) : null}
    </div>
  )
}
