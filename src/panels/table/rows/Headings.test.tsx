import { fireEvent, render, screen } from '@testing-library/react'
import { describe, expect, test, vi } from 'vitest'

import type { ColumnId } from '../../../flows/column.ts'
import type { Measure } from '../../../state/client/histogram.ts'
import type { Row, Sort } from '../../../state/client/rows.ts'
import { DEFAULT_PREFERENCES } from '../../../state/remembered/preferences.ts'
import { layoutOf } from '../layout/table-layout.ts'
import { Headings } from './Headings.tsx'
import { useFlowTable } from './use-flow-table.ts'

const NO_ROWS: readonly Row[] = []
const NO_COLUMNS: ColumnId[] = []
const BY_ATTENTION: Sort = { column: 'attention', descending: true }

interface Options {
  readonly measure?: Measure
  readonly sort?: Sort
  readonly hidden?: ColumnId[]
  readonly kept?: ColumnId[]
}

function TableHeadings({
  measure = 'conns',
  sort = BY_ATTENTION,
  hidden = NO_COLUMNS,
  kept = NO_COLUMNS,
  onSort,
}: Options & { readonly onSort: (sort: Sort) => void }) {
  const choice = { ...DEFAULT_PREFERENCES, hidden, kept }
  const layout = layoutOf(choice, { measure, aged: false }, 1600, (text) => text.length * 6)
  const { headers } = useFlowTable({ rows: NO_ROWS, layout, shape: 'groups', sort, onSort })
  return <Headings layout={layout} headers={headers} />
}

function draw(options: Options) {
  const onSort = vi.fn<(sort: Sort) => void>()
  render(<TableHeadings {...options} onSort={onSort} />)
  return onSort
}

const titles = () => screen.getAllByRole('columnheader').map(({ textContent }) => textContent)
const heading = (name: string) => screen.getByRole('columnheader', { name })

describe('headings', () => {
  test('are those of the columns that the reader chose, counted from 1', () => {
    draw({ hidden: ['decided', 'seen'], kept: ['reporter'], measure: 'bytes' })
    expect(titles()).toEqual(['Verdict', 'Source', 'Destination', 'Ports', 'Reporter', 'Bytes'])
    expect(heading('Verdict').getAttribute('aria-colindex')).toBe('1')
    expect(heading('Bytes').getAttribute('aria-colindex')).toBe('6')
  })

  test('sort numbers and times from the greatest, and names from the first', () => {
    const onSort = draw({})
    fireEvent.click(screen.getByRole('button', { name: 'Connections' }))
    fireEvent.click(screen.getByRole('button', { name: 'Last' }))
    fireEvent.click(screen.getByRole('button', { name: 'Source' }))
    expect(onSort.mock.calls).toEqual([
      [{ column: 'conns', descending: true }],
      [{ column: 'seen', descending: true }],
      [{ column: 'source', descending: false }],
    ])
  })

  test.each([true, false])('turn the order of the sorted column, descending or not: %s', (descending) => {
    const onSort = draw({ sort: { column: 'source', descending } })
    expect(heading('Source').getAttribute('aria-sort')).toBe(descending ? 'descending' : 'ascending')
    expect(heading('Verdict').getAttribute('aria-sort')).toBe('none')
    fireEvent.click(screen.getByRole('button', { name: 'Source' }))
    expect(onSort).toHaveBeenCalledExactlyOnceWith({ column: 'source', descending: !descending })
  })

  test('do not sort by records, which are no column', () => {
    draw({ measure: 'records', sort: { column: 'conns', descending: true } })
    expect(heading('Records').getAttribute('aria-sort')).toBe('none')
    expect(screen.queryByRole('button', { name: 'Records' })).toBeNull()
  })
})
