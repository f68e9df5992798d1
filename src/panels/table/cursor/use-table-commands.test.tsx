import { act, renderHook, waitFor } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'

import type { Row } from '../../../state/client/rows.ts'
import { commands } from '../../../state/commands/commands.ts'
import { buildRow } from '../../../state/testing/build-row.ts'
import { EMPTY_WINDOW } from '../../../state/testing/empty-window.ts'
import { fakeStore } from '../../../state/testing/fake-store.tsx'
import { navigate, navigation } from '../../../state/view/navigation.ts'
import { useTableCommands } from './use-table-commands.ts'

const denied = (id: string): Row => buildRow({ action: 'Deny', sourceName: id }, { id })
const [FIRST, SECOND, THIRD] = [denied('first'), denied('second'), denied('third')]
const ROWS = [FIRST, SECOND, THIRD]
/** The worker has answered that the first row is open, and nothing since. */
const WINDOW = {
  ...EMPTY_WINDOW,
  rows: ROWS,
  total: ROWS.length,
  selected: { index: 0, row: FIRST, group: null },
}

/** The table's commands, with the cursor on a row. */
function useCommands(index: number): void {
  useTableCommands({
    rowCursor: {
      cursor: { index, id: ROWS[index]?.id ?? null },
      setCursor: () => {},
      moveByKey: () => false,
    },
    window: WINDOW,
    grid: { current: null },
    onOpen: ({ id }) => navigate({ open: id }),
    scrollTo: () => {},
  })
}

const opened = () => navigation.parsed().view.open

beforeEach(() => navigate({ shape: 'signatures', open: FIRST.id }))

test('steps to the next of the same denial go on from where the last one arrived, whatever was answered', async () => {
  const { Wrapper } = fakeStore({ rows: () => ({ rows: ROWS, total: ROWS.length }) })
  renderHook(() => useCommands(0), { wrapper: Wrapper })
  act(() => {
    commands.run('denial.next')
    commands.run('denial.next')
  })
  await waitFor(() => expect(opened()).toBe(THIRD.id))
  act(() => void commands.run('denial.previous'))
  await waitFor(() => expect(opened()).toBe(SECOND.id))
})

test('a row that was opened just now is the one that is stepped from, and that Enter goes into', async () => {
  const { Wrapper } = fakeStore({ rows: () => ({ rows: ROWS, total: ROWS.length }) })
  renderHook(() => useCommands(1), { wrapper: Wrapper })
  const onFocus = vi.fn<() => void>()
  const leave = commands.register('answer.focus', onFocus)
  act(() => navigate({ open: SECOND.id }))
  act(() => void commands.run('row.open'))
  expect(onFocus).toHaveBeenCalledOnce()
  leave()
  act(() => void commands.run('denial.next'))
  await waitFor(() => expect(opened()).toBe(THIRD.id))
})

test('a step ends nowhere once the reader has opened another row', async () => {
  let rows: readonly Row[] | undefined
  const store = fakeStore({ rows: () => rows && { rows, total: rows.length } })
  renderHook(() => useCommands(0), { wrapper: store.Wrapper })
  act(() => void commands.run('denial.next'))
  await waitFor(() => expect(store.posted.some(({ type }) => type === 'ask')).toBe(true))
  act(() => navigate({ open: THIRD.id }))
  const asked = store.posted.find((message) => message.type === 'ask')
  store.send({ type: 'answer', id: asked?.id ?? 0, answer: { rows: ROWS, total: ROWS.length } })
  rows = ROWS
  act(() => void commands.run('denial.next'))
  // From the third row on, which is the last.
  await waitFor(() => expect(opened()).toBe(FIRST.id))
})
