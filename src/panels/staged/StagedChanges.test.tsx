import { render, screen } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'

import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { StagedChanges } from './StagedChanges.tsx'

beforeEach(() => navigate(DEFAULT_VIEW))

test('says that it is about a part while flows are read, and not afterwards', async () => {
  const store = fakeStore({ rows: () => ({ rows: [], total: 0 }) })
  render(<StagedChanges />, { wrapper: store.Wrapper })
  store.sendWindow({}, { source: { state: 'reading', from: 0, percent: 35 } })
  expect((await screen.findByRole('note')).textContent).toBe(
    'Flows are still being read: this is about what was read so far, and more may change.',
  )
  store.sendWindow({}, { source: { state: 'live' } })
  expect(screen.queryByRole('note')).toBeNull()
})
