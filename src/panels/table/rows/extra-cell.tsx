import type { ReactNode } from 'react'

import type { ColumnId } from '../../../flows/column.ts'
import { fieldOf } from '../../../flows/field.ts'
import { unreachable } from '../../../lib/assert.ts'
import type { Row } from '../../../state/client/rows.ts'
import { FirstSeen, Pending, Service } from './cells.tsx'
import { sumWords } from './row-words.ts'

/** The content of a column that is shown where the reader asked for it; nothing for a column that every row has. */
export function extraCell(id: ColumnId, row: Row): ReactNode {
  switch (id) {
    case 'first':
      return <FirstSeen at={row.firstSeen} />
    case 'pending':
      return <Pending flowKey={row.key} />
    case 'service':
      return <Service flowKey={row.key} />
    case 'reporter':
      return fieldOf('reporter').shown?.(row.key.reporter) ?? row.key.reporter
    case 'bytes':
    case 'packets':
      return sumWords(row, id)
    case 'action':
    case 'source':
    case 'destination':
    case 'port':
    case 'decided':
    case 'conns':
    case 'seen':
      return null
    default:
      return unreachable(id, 'column')
  }
}
