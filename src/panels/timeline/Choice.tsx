import { Icon } from '../../ui/Icon.tsx'

/** A button that selects a range, with its times; the selected one has a tick. */
export function Choice({
  title,
  detail,
  on,
  onClick,
}: {
  title: string
  detail: string
  on: boolean
  onClick: () => void
}) {
  return (
    <li>
      <button
        type="button"
        aria-pressed={on}
        onClick={onClick}
        className={`flex h-8 phone:h-11 w-full items-center gap-2 rounded-md px-2 hover:bg-sunken ${on ? 'font-medium' : ''}`}
      >
        <Icon name="allow" className={`size-3.5 text-accent ${on ? '' : 'invisible'}`} />
        {title} <span className="ml-auto text-2xs font-normal whitespace-nowrap text-muted">{detail}</span>
      </button>
    </li>
  )
}
