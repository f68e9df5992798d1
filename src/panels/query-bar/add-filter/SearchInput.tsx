import { useEffect, useRef } from 'react'

/** The search above a list, which takes the focus when the list appears. */
export function SearchInput({
  label,
  value,
  onChange,
  onEnter,
}: {
  label: string
  value: string
  onChange: (text: string) => void
  onEnter: () => void
}) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])
  return (
    <input
      ref={input}
      type="search"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onEnter()
      }}
      aria-label={label}
      placeholder={label}
      className="mb-1.5 h-8 w-full rounded-[7px] border border-edge bg-page px-2.5 placeholder:text-faint"
    />
  )
}
