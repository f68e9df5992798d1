import { fireEvent, render, screen } from '@testing-library/react'
import { useRef } from 'react'
import { expect, test, vi } from 'vitest'

import { useFlowtrace } from '../../state/client/flowtrace.ts'
import { DEFAULT_PREFERENCES } from '../../state/remembered/preferences.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { FlowGrid } from './FlowGrid.tsx'
import { layoutOf } from './layout/table-layout.ts'

const LAYOUT = layoutOf(
  DEFAULT_PREFERENCES,
  { measure: 'conns', aged: false },
  1236,
  (text) => text.length * 6,
)
const CURSOR = { activeId: undefined, onKeyDown: () => undefined, onContextMenu: () => undefined }

/** Hears how the table is used. */
const onUse = vi.fn<(use: 'pointer' | 'focus', on: boolean) => void>()

function Grid() {
  const grid = useRef<HTMLDivElement>(null)
  vi.spyOn(useFlowtrace().client, 'setTableUse').mockImplementation(onUse)
  return (
    <FlowGrid grid={grid} total={0} layout={LAYOUT} headers={[]} cursor={CURSOR}>
      {null}
    </FlowGrid>
  )
}

test('a pointer uses the table once it moves in it, and not when the table appears under it', () => {
  render(<Grid />, { wrapper: fakeStore().Wrapper })
  const grid = screen.getByRole('grid')
  fireEvent.pointerEnter(grid)
  expect(onUse).not.toHaveBeenCalled()
  fireEvent.pointerMove(grid)
  expect(onUse).toHaveBeenLastCalledWith('pointer', true)
  fireEvent.pointerLeave(grid)
  expect(onUse).toHaveBeenLastCalledWith('pointer', false)
})
