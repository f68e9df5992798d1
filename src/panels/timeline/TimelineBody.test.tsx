import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'

import { fakeStore } from '../../state/testing/fake-store.tsx'
import { TimelineBody } from './TimelineBody.tsx'

const SAYS = 'No record of this capture has a time.'

test('says that no record has a time, until one has', () => {
  const store = fakeStore()
  render(<TimelineBody />, { wrapper: store.Wrapper })
  store.sendWindow({}, { holdings: { records: 0, oldest: null, newest: null } })
  expect(screen.queryByText(SAYS)).toBeNull()
  store.sendWindow({}, { holdings: { records: 3, oldest: null, newest: null } })
  expect(screen.getByText(SAYS)).toBeTruthy()
  store.sendWindow({}, { holdings: { records: 4, oldest: 1_790_000_010, newest: 1_790_000_025 } })
  expect(screen.queryByText(SAYS)).toBeNull()
})
