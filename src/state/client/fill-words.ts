/** The words for an attempt to fill gaps, which the timeline and the source's panel share. */
import { formatPlural } from '../../lib/format.ts'
import type { GapFill } from '../../store/live-report.ts'

/** What came of an attempt to fill a gap. */
export function describeFill(fill: GapFill): string {
  switch (fill.state) {
    case 'asking':
      return 'Asking Goldmane…'
    case 'done':
      return fill.found === 0
        ? 'Goldmane holds nothing for this time.'
        : `${formatPlural(fill.found, 'record')} filled in.`
    case 'failed':
      return `${fill.found === 0 ? '' : `${formatPlural(fill.found, 'record')} filled in. `}${fill.trouble.say}`
    default:
      return fill satisfies never
  }
}
