import { lazy, Suspense, useMemo, useState } from 'react'

import { print } from '../../filter/language/print.ts'
import { lazyChunk } from '../../lib/preload.ts'
import { useCommand } from '../../state/commands/commands.ts'
import { focusQueryBar } from '../../state/commands/focus.ts'
import { useView } from '../../state/view/navigation.ts'
import { rememberQuery } from '../../state/remembered/query-history.ts'
import { Handover } from './draft-handover.ts'
import { MatchCount } from './MatchCount.tsx'
import { PlainQuery } from './PlainQuery.tsx'

const loadEditor = lazyChunk(async () => ({ default: (await import('./QueryEditor.tsx')).QueryEditor }))
// When the editor cannot be loaded, the plain field stays.
const QueryEditor = lazy(async () => loadEditor().catch(() => ({ default: PlainQuery })))
const QueryMenus = lazy(lazyChunk(async () => ({ default: (await import('./QueryMenus.tsx')).QueryMenus })))

/** The filter as text, with a preview while it is typed; Enter applies it. The filter bar shows the same filter. */
export function QueryBar() {
  const [{ filter, time }, navigate] = useView()
  const applied = useMemo(() => print(filter), [filter])
  useCommand('query.focus', focusQueryBar)
  const [handover] = useState(() => new Handover())
  const onApply = (next: typeof filter) => {
    rememberQuery(print(next))
    navigate({ filter: next })
  }
  const field = { applied, handover, onApply }
  return (
    <search
      aria-label="Query bar"
      className="flex flex-none flex-wrap items-start gap-x-3 gap-y-1.5 border-b border-line bg-surface px-4 py-2"
    >
      <div className="min-w-0 flex-1 basis-80">
        <Suspense fallback={<PlainQuery {...field} />}>
          <QueryEditor {...field} />
        </Suspense>
      </div>
      <div className="flex min-h-8 flex-wrap items-center gap-2">
        <MatchCount filter={filter} time={time} />
        <Suspense fallback={<div className="w-60" />}>
          <QueryMenus filter={filter} />
        </Suspense>
      </div>
    </search>
  )
}
