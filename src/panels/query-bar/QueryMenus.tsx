import { useMemo } from 'react'

import type { Expression } from '../../filter/tree/expression.ts'
import { print } from '../../filter/language/print.ts'
import { navigate, useViewPart } from '../../state/view/navigation.ts'
import { NoiseMenu } from './NoiseMenu.tsx'
import { SavedQueries } from './SavedQueries.tsx'

function apply(filter: Expression): void {
  navigate({ filter })
}

/** The menus beside the query: presets that hide noise, and saved queries. As wide as their placeholder in `QueryBar`. */
export function QueryMenus({ filter }: { filter: Expression }) {
  const highlight = useViewPart((view) => view.highlight)
  const text = useMemo(() => print(filter), [filter])
  return (
    <div className="flex w-14 flex-none items-center gap-2 max-sm:gap-0 sm:w-50">
      <NoiseMenu filter={filter} onChange={apply} />
      <SavedQueries
        text={text}
        highlight={highlight}
        onOpen={apply}
        onHighlight={(next) => navigate({ highlight: next })}
      />
    </div>
  )
}
