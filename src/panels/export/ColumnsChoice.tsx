import { useId } from 'react'

/** Which columns a file of rows has. */
export type ColumnsOf = 'table' | 'all'

const CHOICES: readonly { readonly id: ColumnsOf; readonly title: string }[] = [
  { id: 'table', title: 'As in the table' },
  { id: 'all', title: 'All' },
]

/** The choice of columns, with the headings that the file would have. */
export function ColumnsChoice({
  value,
  disabled,
  titles,
  onChange,
}: {
  value: ColumnsOf
  disabled: boolean
  titles: string
  onChange: (value: ColumnsOf) => void
}) {
  const name = useId()
  return (
    <fieldset className="border-t border-line px-4 py-3" disabled={disabled}>
      <legend className="sr-only">Columns</legend>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span aria-hidden="true" className="font-semibold">
          Columns
        </span>
        {CHOICES.map(({ id, title }) => (
          <label key={id} className="flex h-7 items-center gap-1.5 phone:h-11">
            <input
              type="radio"
              name={name}
              checked={id === value}
              onChange={() => onChange(id)}
              className="size-4 accent-accent"
            />
            {title}
          </label>
        ))}
      </div>
      <p className="mt-1 text-xs text-muted">{titles}</p>
    </fieldset>
  )
}
