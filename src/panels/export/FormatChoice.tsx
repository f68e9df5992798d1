import { useId } from 'react'

import type { ExportFormat, FormatEntry } from '../../export/export-format.ts'
import { formatBytes } from '../../lib/format.ts'

/**
 * The formats, each with what it is for and about how large its file would be. Of those that have the rows of the table
 * also how many; the records are counted in the panel's head.
 */
export function FormatChoice({
  formats,
  value,
  disabled,
  bytes,
  rows,
  onChange,
}: {
  formats: readonly FormatEntry[]
  value: ExportFormat
  disabled: boolean
  /** By format; one is missing until its size is known. */
  bytes: Partial<Record<ExportFormat, number>>
  /** "57 groups" */
  rows: string
  onChange: (format: ExportFormat) => void
}) {
  const name = useId()
  return (
    <fieldset className="p-2" disabled={disabled}>
      <legend className="sr-only">Format</legend>
      {formats.map((format) => {
        const { id, title, extension, help, unit } = format
        const size = bytes[id]
        const isChosen = id === value
        return (
          <label
            key={id}
            className={`flex min-h-11 items-center gap-3 rounded-[7px] px-2 py-1 phone:py-1.5 ${isChosen ? 'bg-accent-soft' : 'hover:bg-sunken'}`}
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
            <span className="flex-none text-right text-xs whitespace-nowrap text-muted tabular-nums">
              {/* Holds its line, so that nothing moves when the size is known. */}
              <span className="block text-sm">
                {size === undefined ? '\u00A0' : `≈ ${formatBytes(size)}`}
              </span>
              {unit === 'rows' ? rows : ''}
            </span>
          </label>
        )
      })}
    </fieldset>
  )
}
