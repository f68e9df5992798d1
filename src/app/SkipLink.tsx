import { focusPart } from './frame-parts.ts'

/** The first stop of Tab on the page: past the bars, to the rows. Seen only while it has the focus. */
export function SkipLink() {
  return (
    <a
      href="#list"
      className="fixed top-1 left-1 z-50 rounded-[7px] border border-accent bg-surface px-3 py-1.5 font-medium text-accent not-focus:sr-only"
      onClick={(event) => {
        // The address is the view: a fragment would be another entry in its history.
        event.preventDefault()
        focusPart('list')
      }}
    >
      Skip to the list
    </a>
  )
}
