import type { RefObject } from 'react'

/** A file chooser that shows nothing: a button or a command clicks it. */
export function FileInput({
  input,
  label,
  onFile,
}: {
  input: RefObject<HTMLInputElement | null>
  label: string
  onFile: (file: File) => void
}) {
  return (
    <input
      ref={input}
      type="file"
      aria-label={label}
      className="sr-only"
      tabIndex={-1}
      onChange={(event) => {
        const file = event.currentTarget.files?.[0]
        // The same file chosen again must count as a change.
        event.currentTarget.value = ''
        if (file !== undefined) onFile(file)
      }}
    />
  )
}
