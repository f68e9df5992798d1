import type { RefObject } from 'react'

/** Whether a file, or a folder around it, is hidden, as those that a system or a version control keeps in each folder. */
function isHidden({ name, webkitRelativePath }: File): boolean {
  return `/${webkitRelativePath === '' ? name : webkitRelativePath}`.includes('/.')
}

/** An invisible chooser of folders: gives their files, hidden ones left out, perhaps none. */
export function FolderInput({
  input,
  label,
  onFiles,
}: {
  input: RefObject<HTMLInputElement | null>
  label: string
  onFiles: (files: readonly File[]) => void
}) {
  return (
    <input
      ref={input}
      type="file"
      {...{ webkitdirectory: '' }}
      aria-label={label}
      className="sr-only"
      tabIndex={-1}
      onChange={(event) => {
        const files = Array.from(event.currentTarget.files ?? []).filter((file) => !isHidden(file))
        // Without this, choosing the same folder a second time would fire no change event.
        event.currentTarget.value = ''
        onFiles(files)
      }}
    />
  )
}
