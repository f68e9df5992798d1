import { rowsInWords } from '../../flows/row-shape.ts'
import { unreachable } from '../../lib/assert.ts'
import { formatBytes, formatCount, formatPlural } from '../../lib/format.ts'
import type { CountedIn, FileExport } from '../../state/view/use-file-export.ts'

const NO_MATCH = 'Nothing matches the filter, so there is nothing to write.'
const NOTHING = {
  rows: NO_MATCH,
  records: NO_MATCH,
  picture: 'No record has a time, so there are no bars.',
} as const

function inWords(count: number, counted: CountedIn): string {
  return counted === 'records' ? formatPlural(count, 'record') : rowsInWords(count, counted)
}

/** How far the export is, or what came of it; read out when it changes. */
export function ExportState({
  state,
  unit,
  isEmpty,
}: {
  state: FileExport
  /** Of the format that is chosen now. */
  unit: 'rows' | 'records' | 'picture'
  /** Whether there is nothing that could be written. */
  isEmpty: boolean
}) {
  switch (state.step) {
    case 'idle':
      return <p role="status">{isEmpty ? NOTHING[unit] : ''}</p>
    case 'writing': {
      const { written, total, bytes } = state.progress
      return (
        <>
          <progress
            aria-label="Writing the file"
            className="h-1.5 w-full accent-(--accent)"
            {...(total === 0 ? {} : { value: written, max: total })}
          />
          <p className="text-muted tabular-nums">
            {total === 0
              ? 'Beginning…'
              : `${formatCount(written)} of ${inWords(total, state.counted)}, ${formatBytes(bytes)}`}
          </p>
        </>
      )
    }
    case 'saved': {
      const { written, total, bytes } = state.file
      const part = written < total ? ` of ${formatCount(total)}` : ''
      return (
        <div role="status">
          <p className="break-words">
            Saved <code>{state.name}</code>
          </p>
          <p className="text-muted">
            {total === 0
              ? ''
              : `${part === '' ? inWords(written, state.counted) : `the first ${formatCount(written)}${part}`}, `}
            {formatBytes(bytes)}
          </p>
        </div>
      )
    }
    case 'failed':
      return (
        <div role="alert" className="text-deny">
          <p>{state.trouble.say}</p>
          {state.trouble.detail === null ? null : <code className="break-words">{state.trouble.detail}</code>}
        </div>
      )
    default:
      return unreachable(state, 'step of an export')
  }
}
