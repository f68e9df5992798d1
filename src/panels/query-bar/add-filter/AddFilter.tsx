import { type RefObject, useState } from 'react'

import type { Expression } from '../../../filter/tree/expression.ts'
import { fieldOf, type FieldId } from '../../../flows/field.ts'
import { useCommand } from '../../../state/commands/commands.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { PopoverPanel } from '../../../ui/PopoverPanel.tsx'
import { FieldList } from './FieldList.tsx'
import { ValueList } from './ValueList.tsx'

/** Adds a clause by mouse or keyboard: first its field, then the values. */
export function AddFilter({
  anchor,
  filter,
  onChange,
  onType,
}: {
  /** Where the panel opens: the button moves with the chips before it. */
  anchor: RefObject<HTMLElement | null>
  filter: Expression
  onChange: (filter: Expression) => void
  /** Goes on in the text, for a field whose values are not a list. */
  onType: (start: string) => void
}) {
  const [open, setOpen] = useState(false)
  const [field, setField] = useState<FieldId | null>(null)
  const change = (next: boolean) => {
    setOpen(next)
    setField(null)
  }
  useCommand('filter.add', () => change(true))
  return (
    <PopoverPanel
      title="Add a filter"
      open={open}
      onOpenChange={change}
      anchor={anchor}
      trigger={
        <button
          type="button"
          aria-label="Add a filter"
          className="pointer-events-auto flex h-6 flex-none items-center gap-1 rounded-[5px] border border-dashed border-line bg-page px-1.5 text-xs text-muted hover:bg-sunken hover:text-ink"
        >
          <Icon name="plus" className="size-3" />
          {/* On a narrow screen the chips have its place. */}
          <span className={filter.kind === 'all' ? '' : 'max-sm:hidden'}>filter</span>
        </button>
      }
    >
      <div className="w-80 max-w-full">
        {field === null ? (
          <FieldList
            onChoose={setField}
            onType={(start) => {
              change(false)
              onType(start)
            }}
          />
        ) : (
          <>
            <div className="flex items-center gap-1 border-b border-line px-2 py-1 text-xs">
              <button
                type="button"
                aria-label="Back to the fields"
                onClick={() => setField(null)}
                className="grid size-7 place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink"
              >
                <Icon name="left" className="size-3.5" />
              </button>
              <span className="font-semibold">{fieldOf(field).title}</span>
              <code className="text-muted">{field}</code>
            </div>
            <ValueList field={field} filter={filter} onChange={onChange} />
          </>
        )}
      </div>
    </PopoverPanel>
  )
}
