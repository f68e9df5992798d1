/**
 * The link to copy: the address, with a sliding range replaced by the range that it covers now. That of a capture leaves
 * out what the address has of the live source: another server has other clusters.
 */
import { ALL } from '../../filter/tree/expression.ts'
import { formatClocks, formatDays } from '../../lib/format.ts'
import { navigation, useViewPart } from './navigation.ts'
import { useShownRange } from './shown-range.ts'
import { isSliding } from './time-choice.ts'
import { printView, type View } from './view.ts'

/** `pinned` is the range, in words, that replaces a sliding one; null where the link is the address itself. */
export function useLink(): { readonly link: () => string; readonly pinned: string | null } {
  const capture = useViewPart((view) => view.capture)
  const time = useViewPart((view) => view.time)
  const shown = useShownRange()
  const linkAt = (range: View['time']): string => {
    const { view } = navigation.rendered()
    const shared = capture === null ? view : { ...view, cluster: null, scope: ALL }
    return new URL(printView({ ...shared, time: range }) + window.location.hash, window.location.href).href
  }
  if (!isSliding(time) || shown === null) {
    return { link: () => (capture === null ? window.location.href : linkAt(time)), pinned: null }
  }
  return {
    link: () => linkAt(shown),
    pinned: `${formatClocks(shown.from, shown.to)}, ${formatDays(shown.from, shown.to)}`,
  }
}
