import type { RefObject } from 'react'

/**
 * An invisible file chooser, for several files where `onFiles` is given. A button or a command opens it with
 * `input.current.click()`.
 */
export function FileInput({
  input,
  label,
  onFile,
  onFiles,
}: {
  input: RefObject<HTMLInputElement | null>
  label: string
  onFile: (file: File) => void
  /** Called in place of `onFile` for more than one file. */
  onFiles?: (files: readonly File[]) => void
}) {
  return (
    <input
      ref={input}
      type="file"
      multiple={onFiles !== undefined}
      aria-label={label}
      className="sr-only"
      tabIndex={-1}
      onChange={(event) => {
        const files = Array.from(event.currentTarget.files ?? [])
        const [file, second] = files
        // Without this, choosing the same file a second time would fire no change event.
        event.currentTarget.value = ''
        if (onFiles !== undefined && second !== undefined) onFiles(files)
        else if (file !== undefined) onFile(file)
      }}
    />
  )
}
