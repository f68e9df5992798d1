import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react'

import { print } from '../../filter/language/print.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { laterChunk } from '../../lib/preload.ts'
import { laterPart } from '../../ui/lazy-part.tsx'
import { useCommand } from '../../state/commands/commands.ts'
import { focusQueryBar } from '../../state/commands/focus.ts'
import { navigate, navigation, useViewPart } from '../../state/view/navigation.ts'
import { rememberQuery } from '../../state/remembered/query-history.ts'
import { Icon } from '../../ui/Icon.tsx'
import { Handover } from './draft-handover.ts'
import { FilterTrail } from './filter-trail.ts'
import { MatchCount } from './MatchCount.tsx'
import { PlainQuery } from './PlainQuery.tsx'
import { END_BOX } from './query-field.ts'

const loadEditor = laterChunk(async () => ({ default: (await import('./QueryEditor.tsx')).QueryEditor }))
// When the editor cannot be loaded, the plain field stays.
const QueryEditor = lazy(async () => loadEditor().catch(() => ({ default: PlainQuery })))
const QueryMenus = laterPart(async () => (await import('./QueryMenus.tsx')).QueryMenus)

function onApply(next: Expression): void {
  rememberQuery(print(next))
  navigate({ filter: next })
}

/** Applies a query of the trail; false where the trail has none. */
function step(next: Expression | null): boolean {
  if (next !== null) navigate({ filter: next })
  return next !== null
}

/**
 * The filter: chips, and the same as text while it is edited; Enter applies it. The bar's height is constant, and what
 * it says while the reader types stands in popups over the page. `children` stand at its right end.
 */
export function QueryBar({
  summary = null,
  children,
}: {
  /** Stands in the place of the count, as in a low window; null for the count. */
  summary?: ReactNode
  children?: ReactNode
}) {
  const filter = useViewPart((view) => view.filter)
  const time = useViewPart((view) => view.time)
  const applied = useMemo(() => print(filter), [filter])
  const [handover] = useState(() => new Handover())
  const [trail] = useState(() => new FilterTrail(filter))
  useEffect(() => navigation.onBeforeRender((view) => trail.visit(view.filter)), [trail])
  const onBack = () => step(trail.back())
  const onForward = () => step(trail.forward())
  useCommand('query.focus', focusQueryBar)
  useCommand('query.back', () => (onBack() ? '' : 'There is no query before this one'))
  useCommand('query.forward', () => (onForward() ? '' : 'No query was undone'))
  const count =
    summary === null ? (
      <MatchCount filter={filter} time={time} />
    ) : (
      <div className="flex w-full">
        <Suspense fallback={null}>{summary}</Suspense>
      </div>
    )
  const field = { filter, applied, handover, onApply, onBack, onForward }
  return (
    <search
      aria-label="Query bar"
      className="flex h-[var(--height-query,2.875rem)] flex-none items-center gap-2 border-b border-line bg-surface px-4 max-sm:px-3"
    >
      <div className="group/field relative flex h-8 min-w-0 flex-1 items-center rounded-lg border border-edge bg-page focus-within:border-accent focus-within:ring-2 focus-within:ring-accent/25 has-aria-invalid:border-deny">
        <Icon name="search" className="ml-2.5 size-3.5 text-faint" />
        <Suspense fallback={<PlainQuery {...field} />}>
          <QueryEditor {...field} />
        </Suspense>
        {/* Beside the field, which the editor replaces: what is open in here, or has the focus, must not go with it. */}
        <div
          className={`absolute inset-y-0 right-0 flex items-center group-has-data-covers-count/field:invisible ${END_BOX}`}
        >
          {count}
        </div>
      </div>
      <Suspense fallback={<div className="w-14 flex-none sm:w-50" />}>
        <QueryMenus filter={filter} />
      </Suspense>
      {children}
    </search>
  )
}
