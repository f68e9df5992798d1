import { Tabs } from '@base-ui/react/tabs'
import { memo, useState } from 'react'

import type { Expression } from '../../filter/tree/expression.ts'
import { fieldOf, type FieldId } from '../../flows/field.ts'
import { useView } from '../../state/view/navigation.ts'
import { buttonClass } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Panel } from '../../ui/Panel.tsx'
import type { Control } from './controls.ts'
import { ValueList } from './ValueList.tsx'

/** One control: a button that says how many values it holds, and a panel with a list of values a field. */
export const FilterControl = memo(function FilterControl({
  control: { title, fields },
  used,
}: {
  control: Control
  /** Values of its fields that the filter asks for or leaves out. */
  used: number
}) {
  const [open, setOpen] = useState(false)
  return (
    <Panel
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
    </Panel>
  )
})

/** Here only while the panel is open: a change of the filter need not draw what nobody sees. */
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
