import { render, screen } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'

import { fakeStore } from '../../../state/testing/fake-store.tsx'
import { navigate } from '../../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../../state/view/view.ts'
import { ShapeTabs } from './ShapeTabs.tsx'

beforeEach(() => navigate(DEFAULT_VIEW))

const texts = () => screen.getAllByRole('tab').map(({ textContent }) => textContent)

test('the numbers of the tabs are of one answer: those of different moments would contradict each other', async () => {
  const store = fakeStore({ totals: () => ({ groups: 3, signatures: 5, intervals: 9 }) })
  render(<ShapeTabs panelId="rows" />, { wrapper: store.Wrapper })
  store.sendWindow(
    { total: 17 },
    { source: { state: 'reading', from: 0, percent: 10 }, holdings: { records: 17 } },
  )
  expect(await screen.findByRole('tab', { name: 'Grouped 3' })).toBeTruthy()
  expect(texts()).toEqual(['Grouped 3', 'By port 5', 'Every 15 s 9'])
})

test('before the first answer there is no number', () => {
  const store = fakeStore()
  render(<ShapeTabs panelId="rows" />, { wrapper: store.Wrapper })
  store.sendWindow({ total: 17 })
  expect(texts()).toEqual(['Grouped ', 'By port ', 'Every 15 s '])
})

test('while the view is frozen the selected tab has the number of the rows below it', async () => {
  const store = fakeStore({ totals: () => ({ groups: 3, signatures: 5, intervals: 9 }) })
  render(<ShapeTabs panelId="rows" />, { wrapper: store.Wrapper })
  store.client.pause(true)
  store.sendWindow({ total: 2 })
  expect(await screen.findByRole('tab', { name: 'By port 5' })).toBeTruthy()
  expect(texts()).toEqual(['Grouped 2', 'By port 5', 'Every 15 s 9'])
})
