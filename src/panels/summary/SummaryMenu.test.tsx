import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'

import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { SummaryMenu } from './SummaryMenu.tsx'

const SUMMARY = { newDenials: 0, deniedPairs: 16, wouldBreak: 1, wouldAllow: 3, scans: 0, scan: null }

const HOUR = { oldest: 1_790_000_000, newest: 1_790_003_600 }

beforeEach(() => navigate(DEFAULT_VIEW, 'replace'))

function renderMenu(summary = SUMMARY) {
  const store = fakeStore({ summary: () => summary })
  render(<SummaryMenu />, { wrapper: store.Wrapper })
  store.sendWindow({}, { holdings: HOUR })
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

const words = () => screen.getAllByRole('listitem').map(({ textContent }) => textContent)

test('its rows keep their places while it is open, whatever is counted meanwhile', async () => {
  let summary = { ...SUMMARY, deniedPairs: 0, wouldBreak: 0 }
  const store = fakeStore({ summary: () => summary })
  render(<SummaryMenu />, { wrapper: store.Wrapper })
  store.sendWindow({}, { holdings: HOUR })
  await userEvent.click(await screen.findByRole('button', { name: /^What deserves attention/ }))
  const allowed = '3 would be allowedif staged policies were enforced'
  expect(words()).toEqual(['0 new denials', '0 denied pairs', '0 would break', allowed, '0 possible scans'])
  expect(screen.getAllByRole('button', { pressed: false })).toHaveLength(1)
  summary = { ...summary, newDenials: 2, deniedPairs: 2, wouldAllow: 0 }
  store.sendWindow({}, { holdings: { ...HOUR, newest: HOUR.newest + 15, records: 9 } })
  await screen.findByRole('button', { name: '2 new denials' })
  expect(words()).toEqual([
    '2 new denials',
    '2 denied pairs',
    '0 would break',
    '0 would be allowedif staged policies were enforced',
    '0 possible scans',
  ])
})
