import { Icon } from '../../../ui/Icon.tsx'

export interface BarOption<Id extends string> {
  readonly id: Id
  readonly title: string
}

/**
 * A choice in the bar that names what is chosen: `Order: Attention ▾`. The label goes where the bar is narrow. It is as
 * wide as its longest option, so that a choice moves nothing beside it.
 */
export function BarChoice<Id extends string>({
  label,
  name,
  value,
  options,
  onChange,
}: {
  /** Before the value: "Order". */
  label: string
  /** The accessible name: "Order of the rows". */
  name: string
  value: Id
  options: readonly BarOption<Id>[]
  onChange: (id: Id) => void
}) {
  return (
    <label className="relative flex h-7 items-center rounded-[7px] pl-2 text-xs whitespace-nowrap text-muted hover:bg-sunken">
      <span aria-hidden="true" className="@max-[52rem]:hidden">
        {label}:&nbsp;
      </span>
      <select
        aria-label={name}
        value={value}
        onChange={({ target }) => {
          const chosen = options.find(({ id }) => id === target.value)
          if (chosen !== undefined) onChange(chosen.id)
        }}
        className="h-full cursor-pointer appearance-none rounded-[7px] bg-transparent pr-6 font-medium text-ink [&>option]:bg-surface"
      >
        {options.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
      <Icon name="down" className="pointer-events-none absolute right-1.5 size-3.5" />
    </label>
  )
}
