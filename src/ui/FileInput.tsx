import type { RefObject } from 'react'

/** An invisible file chooser. A button or a command opens it with `input.current.click()`. */
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
        // Without this, choosing the same file a second time would fire no change event.
        event.currentTarget.value = ''
        if (file !== undefined) onFile(file)
      }}
    />
  )
}
