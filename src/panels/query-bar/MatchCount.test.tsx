import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { MatchCount } from './MatchCount.tsx'

test('a count is of what was read so far, while flows are read', async () => {
  const store = fakeStore({ count: () => 12 })
  render(<MatchCount filter={ALL} time={null} />, { wrapper: store.Wrapper })
  store.sendWindow({}, { source: { state: 'reading', from: 0, percent: 35 }, holdings: { records: 12 } })
  const count = await screen.findByText(/12 records/)
  expect(count.textContent).toBe('12 records so far')
  expect(count.parentElement?.title).toContain('both count what was read so far')
  store.sendWindow({}, { source: { state: 'live' } })
  expect(screen.getByText(/12 records/).textContent).toBe('12 records')
})
