import { useId } from 'react'

import type { ExportFormat, FormatEntry } from '../../export/export-format.ts'

/** The formats, each with what it is for and how many rows or records it would have. */
export function FormatChoice({
  formats,
  value,
  disabled,
  sizeOf,
  onChange,
}: {
  formats: readonly FormatEntry[]
  value: ExportFormat
  disabled: boolean
  sizeOf: (format: FormatEntry) => string
  onChange: (format: ExportFormat) => void
}) {
  const name = useId()
  return (
    <fieldset className="p-2" disabled={disabled}>
      <legend className="sr-only">Format</legend>
      {formats.map((format) => {
        const { id, title, extension, help } = format
        const isChosen = id === value
        return (
          <label
            key={id}
            className={`flex min-h-11 items-center gap-3 rounded-[7px] px-2 py-1.5 ${isChosen ? 'bg-accent-soft' : 'hover:bg-sunken'}`}
          >
            <input
              type="radio"
              name={name}
              checked={isChosen}
              data-first-focus={isChosen ? '' : undefined}
              onChange={() => onChange(id)}
              className="size-4 flex-none accent-accent"
            />
            <span className="min-w-0 flex-1">
              <span className="font-semibold">{title}</span>{' '}
              <code className="text-xs text-muted">{extension}</code>
              <span className="block text-xs text-muted">{help}</span>
            </span>
            <span className="flex-none text-xs text-muted tabular-nums">{sizeOf(format)}</span>
          </label>
        )
      })}
    </fieldset>
  )
}
