import type { RefObject } from 'react'

import { columnOf, type ColumnId } from '../../../flows/column.ts'
import { actionsOn, aroundAction, type FilterAction, valuesIn } from '../../../state/view/filter-actions.ts'
import { useView } from '../../../state/view/navigation.ts'
import type { Row } from '../../../state/client/rows.ts'
import type { MenuAnchor } from '../../../ui/menu-anchor.ts'
import { type MenuEntry, type MenuSection, ValueMenu } from '../../../ui/ValueMenu.tsx'
import { useFilterAction } from '../../../state/view/use-filter-action.ts'
import { copyText } from '../../../ui/copy-text.ts'

/** The keys that do the same without the menu, for the first value of the cell. */
const CAPS: Partial<Record<FilterAction['id'], string>> = { is: 'f', 'is-not': 'F' }

/** What can be done with what a cell shows: a section for each value, and what is about the whole row. */
export function CellMenu({
  row,
  column,
  anchor,
  onClose,
  returnTo,
}: {
  row: Row
  column: ColumnId
  anchor: MenuAnchor
  onClose: () => void
  returnTo: RefObject<HTMLElement | null>
}) {
  const [view] = useView()
  const act = useFilterAction(copyText)
  const entry = (action: FilterAction, cap?: string): MenuEntry => ({
    title: action.title,
    disabled: action.idle,
    ...(cap === undefined ? {} : { cap }),
    onSelect: () => act(action),
  })
  const values = columnOf(column).fields.flatMap((field) => valuesIn(field, row))
  const sections = values.map((value, index): MenuSection => {
    const { title, shown, actions } = actionsOn(value, view)
    return {
      title,
      detail: shown,
      entries: actions.map((action) => entry(action, index === 0 ? CAPS[action.id] : undefined)),
    }
  })
  const around = aroundAction(row)
  const about: readonly MenuSection[] =
    around === null ? [] : [{ title: 'This row', entries: [entry(around)] }]
  return (
    <ValueMenu
      anchor={anchor}
      name={columnOf(column).title}
      sections={[...sections, ...about]}
      onClose={onClose}
      returnTo={returnTo}
    />
  )
}
