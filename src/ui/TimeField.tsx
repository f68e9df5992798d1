import { useId } from 'react'

import { formatZone } from '../lib/format.ts'
import { fromLocalText } from '../lib/local-time.ts'

/** A field for a time, with its zone, which depends on the date where clocks change. */
export function TimeField({
  title,
  text,
  onChange,
}: {
  title: string
  text: string
  onChange: (text: string) => void
}) {
  const id = useId()
  const at = fromLocalText(text)
  return (
    <>
      <label htmlFor={id} className="text-muted">
        {title}
      </label>
      <input
        id={id}
        type="datetime-local"
        step={1}
        required
        value={text}
        aria-describedby={`${id}-zone`}
        onChange={(event) => onChange(event.currentTarget.value)}
        className="h-8 min-w-0 rounded-[7px] border border-edge bg-page px-2"
      />
      <span id={`${id}-zone`} className="text-2xs text-muted">
        {at === null ? '' : formatZone(at)}
      </span>
    </>
  )
}
