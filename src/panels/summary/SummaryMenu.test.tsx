import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'

import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { SummaryMenu } from './SummaryMenu.tsx'

const SUMMARY = { newDenials: 0, deniedPairs: 16, wouldBreak: 1, wouldAllow: 3, scans: 0, scan: null }

beforeEach(() => navigate(DEFAULT_VIEW, 'replace'))

function renderMenu(summary = SUMMARY) {
  const store = fakeStore({ summary: () => summary })
  render(<SummaryMenu />, { wrapper: store.Wrapper })
  store.sendWindow({}, { holdings: { oldest: 1_790_000_000, newest: 1_790_003_600 } })
}

test('names what deserves attention, and has every link behind it, by the keyboard too', async () => {
  renderMenu()
  const button = await screen.findByRole('button', {
    name: 'What deserves attention: 16 denied, 1 would break, 3 would be allowed',
  })
  button.focus()
  await userEvent.keyboard('{Enter}')
  await screen.findByRole('dialog', { name: 'What deserves attention' })
  expect(screen.getAllByRole('button', { pressed: false }).map(({ textContent }) => textContent)).toEqual([
    '16 denied pairs',
    '1 would break',
    '3 would be allowedif staged policies were enforced',
  ])
  expect(screen.getByText('new: first seen in the last 5 minutes')).toBeDefined()
  await userEvent.click(screen.getByRole('button', { name: '1 would break' }))
  expect(new URLSearchParams(window.location.search).get('q')).toBe('action = Allow and pending = Deny')
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('says that nothing is denied', async () => {
  renderMenu({ ...SUMMARY, deniedPairs: 0, wouldBreak: 0, wouldAllow: 0 })
  expect(await screen.findByRole('button', { name: 'What deserves attention: nothing denied' })).toBeDefined()
})
