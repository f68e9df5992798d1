import { unreachable } from '../../../lib/assert.ts'
import { Icon } from '../../../ui/Icon.tsx'
import type { Marking } from './row-highlight.ts'

const PLACE = 'absolute top-1/2 left-0.5 -translate-y-1/2'

/** Stands in the margin of its row, inside the first cell: a row may hold nothing but cells. */
export function RowMark({ marking }: { marking: Marking }) {
  switch (marking) {
    case 'unmarked':
      return null
    case 'marked':
      return (
        <span role="img" aria-label="Marked" className={`${PLACE} text-accent`}>
          <Icon name="flag" className="size-2.5 fill-current" />
        </span>
      )
    case 'unknown':
      return (
        <span
          role="img"
          aria-label="Not known whether it matches"
          title="It stands for several flows. The one last seen does not match; another one may."
          className={`${PLACE} text-faint`}
        >
          <Icon name="question" className="size-2.5" />
        </span>
      )
    default:
      return unreachable(marking, 'marking')
  }
}
