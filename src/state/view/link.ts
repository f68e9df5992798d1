/** The link that is copied: the address, but that its time window stays where it is now. */
import { formatClocks, formatDays } from '../../lib/format.ts'
import { useView } from './navigation.ts'
import { useSeenRange } from './seen-range.ts'
import { isSliding } from './time-choice.ts'
import { printView } from './view.ts'

/** `pinned` says to which times a sliding window is pinned; null where nothing is. */
export function useLink(): { readonly link: () => string; readonly pinned: string | null } {
  const [view] = useView()
  const seen = useSeenRange()
  if (!isSliding(view.time) || seen === null) return { link: () => window.location.href, pinned: null }
  return {
    link: () => new URL(printView({ ...view, time: seen }) + window.location.hash, window.location.href).href,
    pinned: `${formatClocks(seen.from, seen.to)}, ${formatDays(seen.from, seen.to)}`,
  }
}
