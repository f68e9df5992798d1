import { useId } from 'react'

import { MAX_NOTES_LENGTH } from '../../bundle/bundle-files.ts'
import { useDraftNotes } from '../../state/view/use-bundle-request.ts'

/** The field for what the reader tells whoever opens the bundle. */
export function BundleNotes({ disabled }: { disabled: boolean }) {
  const [notes, setNotes] = useDraftNotes()
  const id = useId()
  return (
    <div className="border-t border-line px-4 py-3">
      <label htmlFor={id} className="font-semibold">
        Notes
      </label>
      <textarea
        id={id}
        aria-describedby={`${id}-help`}
        className="mt-1 block w-full rounded-lg border border-line bg-surface px-2.5 py-1.5"
        disabled={disabled}
        maxLength={MAX_NOTES_LENGTH}
        placeholder="What happened, since when, what was tried"
        rows={4}
        value={notes}
        onChange={(event) => setNotes(event.currentTarget.value)}
      />
      <p id={`${id}-help`} className="mt-1 text-xs text-muted">
        They stand in README.md, and above the rows where the bundle is opened.
      </p>
    </div>
  )
}
