import { type ReactNode, useRef, useState } from 'react'

import { fieldOf } from '../../../flows/field.ts'
import { actionsOn, type FieldValue } from '../../../state/view/filter-actions.ts'
import { useView } from '../../../state/view/navigation.ts'
import { ValueMenu } from '../../../ui/ValueMenu.tsx'
import { useFilterAction } from '../../../state/view/use-filter-action.ts'
import { copyText } from '../../../ui/copy-text.ts'

/** A value that looks like text, and opens a menu of filters by it. */
export function FilterValue({
  value,
  text,
  className = '',
  children = text,
}: {
  value: FieldValue
  /** The visible text. It is part of the button's name, so that speech control finds the button by it. */
  text: string
  className?: string
  children?: ReactNode
}) {
  const button = useRef<HTMLButtonElement>(null)
  const [opened, setOpened] = useState<HTMLButtonElement | null>(null)
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label={`Filter by ${fieldOf(value.field).title.toLowerCase()} ${text}`}
        aria-haspopup="menu"
        aria-expanded={opened !== null}
        className={`max-w-full cursor-pointer rounded-[3px] text-left underline-offset-2 hover:underline aria-expanded:underline ${className}`}
        onClick={(event) => setOpened(event.currentTarget)}
        onContextMenu={(event) => {
          event.preventDefault()
          setOpened(event.currentTarget)
        }}
      >
        {children}
      </button>
      {opened === null ? null : (
        <FilterMenu value={value} anchor={opened} returnTo={button} onClose={() => setOpened(null)} />
      )}
    </>
  )
}

function FilterMenu({
  value,
  ...menu
}: { value: FieldValue } & Pick<Parameters<typeof ValueMenu>[0], 'anchor' | 'returnTo' | 'onClose'>) {
  const [view] = useView()
  const act = useFilterAction(copyText)
  const { title, shown, actions } = actionsOn(value, view)
  const entries = actions.map((action) => ({
    title: action.title,
    disabled: action.idle,
    onSelect: () => act(action),
  }))
  return <ValueMenu {...menu} name={title} sections={[{ title, detail: shown, entries }]} />
}
