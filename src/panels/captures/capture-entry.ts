/** A row of the list of captures: a file that was opened, or a recording. */
import type { MenuEntry } from '../../ui/ValueMenu.tsx'

export interface CaptureTag {
  readonly text: string
  readonly tone: 'refused' | 'warning' | 'plain'
  /** The whole sentence. */
  readonly title: string
}

export interface CaptureEntry {
  /** Identifies the row. */
  readonly key: string
  /** Of a file that was opened from a recording, the id of that. */
  readonly recording?: string
  readonly name: string
  /** The cluster that was recorded; "file" where the capture does not say. */
  readonly from: string
  /** Unix seconds; null where it is not known. */
  readonly window: { readonly from: number | null; readonly to: number | null } | null
  /** Null while it was not read to its end. */
  readonly records: number | null
  readonly bytes: number
  readonly format: string | null
  readonly tags: readonly CaptureTag[]
  /** Unix milliseconds at which it was opened or recorded: the newest row comes first. */
  readonly usedAt: number
  /** Whether it is what the page shows. */
  readonly isOpen: boolean
  /** "Open", or "Choose…" where the file has to be found again. */
  readonly openWord: string
  readonly open: () => void
  /** Of the menu ⋯, such as *Forget*. */
  readonly actions: readonly MenuEntry[]
}
