import { Checkbox } from '@base-ui/react/checkbox'

import { columnOf, type ColumnId } from '../../../flows/column.ts'
import { formatPlural } from '../../../lib/format.ts'
import { DEFAULT_PREFERENCES, setPreferences, usePreferences } from '../../../state/remembered/preferences.ts'
import { Button, buttonClass } from '../../../ui/Button.tsx'
import { Icon } from '../../../ui/Icon.tsx'
import { PopoverPanel } from '../../../ui/PopoverPanel.tsx'

function resetColumns(): void {
  const { order, hidden, kept, widths } = DEFAULT_PREFERENCES
  setPreferences({ order, hidden, kept, widths })
}

function show(id: ColumnId): void {
  setPreferences(({ hidden, kept }) => ({
    hidden: hidden.filter((each) => each !== id),
    kept: [...kept, id],
  }))
}

function hide(id: ColumnId): void {
  setPreferences(({ hidden, kept }) => ({
    hidden: [...hidden, id],
    kept: kept.filter((each) => each !== id),
  }))
}

function move(id: ColumnId, by: -1 | 1): void {
  setPreferences(({ order }) => {
    const index = order.indexOf(id)
    return { order: order.toSpliced(index, 1).toSpliced(Math.max(0, index + by), 0, id) }
  })
}

/** Chooses the columns and their order. A column that is ticked here is never dropped for lack of room. */
export function ColumnsPanel({ dropped }: { dropped: readonly ColumnId[] }) {
  const { order, hidden } = usePreferences()
  const lackOfRoom = `${formatPlural(dropped.length, 'column')} hidden for lack of room`
  return (
    <PopoverPanel
      title="Columns"
      align="end"
      trigger={
        <Button title={dropped.length === 0 ? undefined : lackOfRoom}>
          <Icon name="columns" className="size-3.5 max-[22rem]:hidden" />
          Columns
          {dropped.length === 0 ? null : (
            <span className="text-muted">
              {dropped.length} hidden<span className="sr-only"> for lack of room</span>
            </span>
          )}
        </Button>
      }
    >
      {dropped.length === 0 ? null : (
        <p className="w-60 border-b border-line px-3.5 py-2 text-2xs text-muted">
          {lackOfRoom}. Tick one to keep it, or make the table wider.
        </p>
      )}
      <ul className="w-60 p-2">
        {order.map((id, index) => {
          const { title } = columnOf(id)
          const chosen = !hidden.includes(id)
          const lacksRoom = dropped.includes(id)
          const isOnly = chosen && hidden.length === order.length - 1
          return (
            <li key={id} className="flex items-center gap-1 rounded-md px-1.5 hover:bg-sunken">
              <label className="flex h-8 flex-1 items-center gap-2">
                <Checkbox.Root
                  checked={chosen && !lacksRoom}
                  indeterminate={lacksRoom}
                  disabled={isOnly}
                  onCheckedChange={() => (chosen && !lacksRoom ? hide(id) : show(id))}
                  className="grid size-4 place-items-center rounded-[4px] border border-edge data-checked:border-accent data-checked:bg-accent data-indeterminate:border-accent"
                >
                  <Checkbox.Indicator className="text-surface data-indeterminate:text-accent">
                    <Icon name={lacksRoom ? 'none' : 'allow'} className="size-3" />
                  </Checkbox.Indicator>
                </Checkbox.Root>
                {title}
                {lacksRoom ? <span className="text-2xs text-muted">no room</span> : null}
              </label>
              <MoveButton
                name={`Move ${title} up`}
                icon="up"
                disabled={index === 0}
                onClick={() => move(id, -1)}
              />
              <MoveButton
                name={`Move ${title} down`}
                icon="down"
                disabled={index === order.length - 1}
                onClick={() => move(id, 1)}
              />
            </li>
          )
        })}
      </ul>
      <div className="flex justify-end border-t border-line p-2">
        <button type="button" className={buttonClass('quiet')} onClick={resetColumns}>
          Back to the first layout
        </button>
      </div>
    </PopoverPanel>
  )
}

function MoveButton({
  name,
  icon,
  disabled,
  onClick,
}: {
  name: string
  icon: 'up' | 'down'
  disabled: boolean
  onClick: () => void
}) {
  return (
    <button
      type="button"
      aria-label={name}
      disabled={disabled}
      onClick={onClick}
      className="grid size-6 place-items-center rounded-md text-muted hover:text-ink disabled:opacity-30"
    >
      <Icon name={icon} className="size-3.5" />
    </button>
  )
}
