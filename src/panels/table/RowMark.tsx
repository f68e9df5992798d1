import { unreachable } from '../../lib/assert.ts'
import { Icon } from '../../ui/Icon.tsx'
import type { Marking } from './highlight.ts'

/** Stands in the margin of its row, inside the first cell: a row may hold nothing but cells. */
export function RowMark({ marking }: { marking: Marking }) {
  const place = 'absolute top-1/2 left-[3px] -translate-y-1/2'
  switch (marking) {
    case 'unmarked':
      return null
    case 'marked':
      return (
        <span role="img" aria-label="Marked" className={`${place} text-accent`}>
          <Icon name="flag" className="size-3 fill-current" />
        </span>
      )
    case 'unknown':
      return (
        <span
          role="img"
          aria-label="Not known whether it matches"
          title="It stands for several flows. The one last seen does not match; another one may."
          className={`${place} text-faint`}
        >
          <Icon name="question" className="size-3" />
        </span>
      )
    default:
      return unreachable(marking, 'marking')
  }
}
