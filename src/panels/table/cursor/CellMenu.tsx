import type { RefObject } from 'react'

import { columnOf, type ColumnId } from '../../../flows/column.ts'
import { actionsOn, aroundAction, type FilterAction, valuesIn } from '../../../state/view/filter-actions.ts'
import { useView } from '../../../state/view/navigation.ts'
import { useRecordSeconds } from '../../../state/client/record-seconds.ts'
import type { Row } from '../../../state/client/rows.ts'
import type { MenuAnchor } from '../../../ui/menu-anchor.ts'
import { type MenuEntry, type MenuSection, ValueMenu } from '../../../ui/ValueMenu.tsx'
import { useFilterAction } from '../../../state/view/use-filter-action.ts'
import { copyText } from '../../../ui/copy-text.ts'

/** The key caps of shortcuts that do the same without the menu, for the first value of the cell. */
const ACTION_CAPS: Partial<Record<FilterAction['id'], string>> = { is: 'f', 'is-not': 'F' }

/** The context menu of a cell: a section of filter actions for each of its values, and one for the whole row. */
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
  const recordSeconds = useRecordSeconds()
  const runAction = useFilterAction(copyText)
  const entry = (action: FilterAction, cap?: string): MenuEntry => ({
    title: action.title,
    disabled: action.idle,
    ...(cap === undefined ? {} : { cap }),
    onSelect: () => runAction(action),
  })
  const values = columnOf(column).fields.flatMap((field) => valuesIn(field, row))
  const sections = values.map((value, index): MenuSection => {
    const { title, shown, actions } = actionsOn(value, view)
    return {
      title,
      detail: shown,
      entries: actions.map((action) => entry(action, index === 0 ? ACTION_CAPS[action.id] : undefined)),
    }
  })
  const around = aroundAction(row, recordSeconds)
  const rowSections: readonly MenuSection[] =
    around === null ? [] : [{ title: 'This row', entries: [entry(around)] }]
  return (
    <ValueMenu
      anchor={anchor}
      name={columnOf(column).title}
      sections={[...sections, ...rowSections]}
      onClose={onClose}
      returnTo={returnTo}
    />
  )
}
