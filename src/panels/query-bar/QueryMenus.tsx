import { useMemo } from 'react'

import type { Expression } from '../../filter/expression.ts'
import { print } from '../../filter/print.ts'
import { navigate } from '../../state/navigation.ts'
import { NoiseMenu } from './NoiseMenu.tsx'
import { SavedQueries } from './SavedQueries.tsx'
import { SaveQuery } from './SaveQuery.tsx'

function apply(filter: Expression): void {
  navigate({ filter })
}

/** What stands beside the query: noise to hide, and queries to keep. */
export function QueryMenus({ filter }: { filter: Expression }) {
  const text = useMemo(() => print(filter), [filter])
  return (
    <div className="flex flex-wrap items-center gap-2">
      <NoiseMenu filter={filter} onChange={apply} />
      <SaveQuery text={text} />
      <SavedQueries onOpen={apply} />
    </div>
  )
}
