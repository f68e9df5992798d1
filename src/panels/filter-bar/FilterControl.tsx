import { Tabs } from '@base-ui/react/tabs'
import { memo, useState } from 'react'

import type { Expression } from '../../filter/tree/expression.ts'
import { fieldOf, type FieldId } from '../../flows/field.ts'
import { useView } from '../../state/view/navigation.ts'
import { buttonClass } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { PopoverPanel } from '../../ui/PopoverPanel.tsx'
import type { Control } from './controls.ts'
import { ValueList } from './ValueList.tsx'

/** A button with the number of its values in the filter, and a panel with a tab of values for each of its fields. */
export const FilterControl = memo(function FilterControl({
  control: { title, fields },
  used,
}: {
  control: Control
  /** The number of values of its fields that the filter includes or excludes. */
  used: number
}) {
  const [open, setOpen] = useState(false)
  return (
    <PopoverPanel
      title={`Filter by ${title.toLowerCase()}`}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button type="button" className={buttonClass('outline', used > 0 ? 'border-accent text-accent' : '')}>
          {title}
          {used > 0 ? <span className="font-semibold">{used}</span> : null}
          <Icon name="down" className="size-3 text-faint" />
        </button>
      }
    >
      <ValueTabs fields={fields} />
    </PopoverPanel>
  )
})

/** Mounted only while the panel is open, so that a change of the filter does not render closed panels. */
function ValueTabs({ fields }: { fields: readonly FieldId[] }) {
  const [{ filter }, navigate] = useView()
  const onChange = (next: Expression) => navigate({ filter: next })
  return (
    <Tabs.Root defaultValue={fields[0] ?? null} className="w-80">
      {fields.length > 1 ? (
        <Tabs.List className="flex flex-wrap gap-1 border-b border-line px-2 pt-1.5" activateOnFocus>
          {fields.map((field) => (
            <Tabs.Tab
              key={field}
              value={field}
              className="-mb-px border-b-2 border-transparent px-2 py-1.5 text-xs text-muted data-active:border-accent data-active:text-ink"
            >
              {fieldOf(field).title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      ) : null}
      {fields.map((field) => (
        <Tabs.Panel key={field} value={field}>
          <ValueList field={field} filter={filter} onChange={onChange} />
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  )
}
