/** The link to copy: the address, with a sliding range replaced by the range that it covers now. */
import { formatClocks, formatDays } from '../../lib/format.ts'
import { useView } from './navigation.ts'
import { useShownRange } from './shown-range.ts'
import { isSliding } from './time-choice.ts'
import { printView } from './view.ts'

/** `pinned` is the range, in words, that replaces a sliding one; null where the link is the address itself. */
export function useLink(): { readonly link: () => string; readonly pinned: string | null } {
  const [view] = useView()
  const shown = useShownRange()
  if (!isSliding(view.time) || shown === null) return { link: () => window.location.href, pinned: null }
  return {
    link: () =>
      new URL(printView({ ...view, time: shown }) + window.location.hash, window.location.href).href,
    pinned: `${formatClocks(shown.from, shown.to)}, ${formatDays(shown.from, shown.to)}`,
  }
}
