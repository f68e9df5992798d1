import { unreachable } from '../../../lib/assert.ts'
import { Icon } from '../../../ui/Icon.tsx'
import type { RowHighlight } from './row-highlight.ts'

const POSITION = 'absolute top-1/2 left-0.5 -translate-y-1/2'

/** Whether the row is highlighted, in its left margin. Rendered inside the first cell, because a row may hold only cells. */
export function HighlightIcon({ highlight }: { highlight: RowHighlight }) {
  switch (highlight) {
    case 'none':
      return null
    case 'highlighted':
      return (
        <span role="img" aria-label="Highlighted" className={`${POSITION} text-accent`}>
          <Icon name="flag" className="size-2.5 fill-current" />
        </span>
      )
    case 'unknown':
      return (
        <span
          role="img"
          aria-label="Not known whether it matches"
          title="It stands for several records. The one last seen does not match; another one may."
          className={`${POSITION} text-faint`}
        >
          <Icon name="question" className="size-2.5" />
        </span>
      )
    default:
      return unreachable(highlight, 'highlight')
  }
}
