import { Checkbox } from '@base-ui/react/checkbox'

import { CHOOSABLE, isShown } from '../../../flows/chosen-columns.ts'
import { columnOf, type ColumnId } from '../../../flows/column.ts'
import { DEFAULT_PREFERENCES, setPreferences, usePreferences } from '../../../state/remembered/preferences.ts'
import { Button, buttonClass } from '../../../ui/Button.tsx'
import { Icon } from '../../../ui/Icon.tsx'
import { PopoverPanel } from '../../../ui/PopoverPanel.tsx'

function resetColumns(): void {
  const { order, hidden, kept } = DEFAULT_PREFERENCES
  setPreferences({ order, hidden, kept })
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

/** Chooses the columns beside those that every row has: the verdict and its two ends. */
export function ColumnsPanel() {
  const preferences = usePreferences()
  return (
    <PopoverPanel
      title="Columns"
      align="end"
      trigger={
        <Button look="quiet" className="px-2 text-ink">
          <Icon name="columns" className="size-3.5" />
          Columns
        </Button>
      }
    >
      <ul className="w-56 p-2">
        {CHOOSABLE.map((id) => {
          const isChosen = isShown(preferences, id)
          return (
            <li key={id} className="rounded-md px-1.5 hover:bg-sunken">
              <label className="flex h-8 items-center gap-2">
                <Checkbox.Root
                  checked={isChosen}
                  onCheckedChange={() => (isChosen ? hide(id) : show(id))}
                  className="grid size-4 place-items-center rounded-[4px] border border-edge data-checked:border-accent data-checked:bg-accent"
                >
                  <Checkbox.Indicator className="text-surface">
                    <Icon name="allow" className="size-3" />
                  </Checkbox.Indicator>
                </Checkbox.Root>
                {columnOf(id).title}
              </label>
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
