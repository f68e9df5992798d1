import { useMemo } from 'react'

import type { Row } from '../../state/client/rows.ts'
import { unknowables } from '../../trace/explain/unknowable.ts'
import { sentenceCase } from './sentence-case.ts'

/** The facts that the record does not hold, why, and how to find each of them out. */
export function CannotTell({ row }: { row: Row }) {
  const items = useMemo(() => unknowables(row), [row])
  return (
    <details className="mt-4 border-t border-line pt-3 text-xs">
      <summary className="cursor-pointer font-medium">
        What cannot be told <span className="font-normal text-muted">({items.length})</span>
      </summary>
      <dl className="mt-2 grid gap-2.5">
        {items.map(({ what, why, learn }) => (
          <div key={what}>
            <dt className="font-medium">{sentenceCase(what)}</dt>
            <dd className="text-muted">{why}</dd>
            <dd className="mt-0.5">{learn}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
