import { Checkbox } from '@base-ui/react/checkbox'

import { columnOf, type ColumnId } from '../../flows/column.ts'
import { DEFAULT_PREFERENCES, setPreferences, usePreferences } from '../../state/preferences.ts'
import { Button, buttonClass } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Panel } from '../../ui/Panel.tsx'

function reset(): void {
  const { order: first, hidden: off, widths } = DEFAULT_PREFERENCES
  setPreferences({ order: first, hidden: off, widths })
}

/** Chooses the columns and their order; their widths are set at the headings. */
export function ColumnsPanel() {
  const { order, hidden } = usePreferences()
  const toggle = (id: ColumnId) =>
    setPreferences({ hidden: hidden.includes(id) ? hidden.filter((entry) => entry !== id) : [...hidden, id] })
  const move = (index: number, by: -1 | 1) => {
    const id = order[index]
    if (id === undefined) return
    setPreferences({ order: order.toSpliced(index, 1).toSpliced(index + by, 0, id) })
  }
  return (
    <Panel
      title="Columns"
      align="end"
      trigger={
        <Button>
          <Icon name="columns" className="size-3.5" />
          Columns
        </Button>
      }
    >
      <ul className="w-60 p-2">
        {order.map((id, index) => {
          const { title } = columnOf(id)
          const shown = !hidden.includes(id)
          const last = shown && hidden.length === order.length - 1
          return (
            <li key={id} className="flex items-center gap-1 rounded-md px-1.5 hover:bg-sunken">
              <label className="flex h-8 flex-1 items-center gap-2">
                <Checkbox.Root
                  checked={shown}
                  disabled={last}
                  onCheckedChange={() => toggle(id)}
                  className="grid size-4 place-items-center rounded-[4px] border border-edge data-checked:border-accent data-checked:bg-accent"
                >
                  <Checkbox.Indicator className="text-surface">
                    <Icon name="allow" className="size-3" />
                  </Checkbox.Indicator>
                </Checkbox.Root>
                {title}
              </label>
              <MoveButton
                name={`Move ${title} up`}
                icon="up"
                disabled={index === 0}
                onClick={() => move(index, -1)}
              />
              <MoveButton
                name={`Move ${title} down`}
                icon="down"
                disabled={index === order.length - 1}
                onClick={() => move(index, 1)}
              />
            </li>
          )
        })}
      </ul>
      <div className="flex justify-end border-t border-line p-2">
        <button type="button" className={buttonClass('quiet')} onClick={reset}>
          Back to the first layout
        </button>
      </div>
    </Panel>
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
