import { useMemo } from 'react'

import type { Expression } from '../../filter/tree/expression.ts'
import { print } from '../../filter/language/print.ts'
import { useView } from '../../state/view/navigation.ts'
import { NoiseMenu } from './NoiseMenu.tsx'
import { SavedQueries } from './SavedQueries.tsx'
import { SaveQuery } from './SaveQuery.tsx'

/** The menus beside the query: presets that hide noise, and saved queries. */
export function QueryMenus({ filter }: { filter: Expression }) {
  const [{ highlight }, navigate] = useView()
  const text = useMemo(() => print(filter), [filter])
  const apply = (next: Expression) => navigate({ filter: next })
  return (
    <div className="flex flex-wrap items-center gap-2">
      <NoiseMenu filter={filter} onChange={apply} />
      <SaveQuery text={text} />
      <SavedQueries
        highlight={highlight}
        onOpen={apply}
        onHighlight={(next) => navigate({ highlight: next })}
      />
    </div>
  )
}
