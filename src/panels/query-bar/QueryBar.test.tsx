import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'

import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { QueryBar } from './QueryBar.tsx'

beforeEach(() => navigate(DEFAULT_VIEW))

test('x', async () => {
  const store = fakeStore({ count: () => 7 })
  render(<QueryBar />, { wrapper: store.Wrapper })
  console.log(screen.getByRole('search').outerHTML)
  await new Promise((r) => setTimeout(r, 500))
  console.log(screen.getByRole('search').outerHTML)
  await userEvent.click(screen.getByRole('textbox', { name: 'Query' }))
  await userEvent.keyboard('dst.ns = back')
  await new Promise((r) => setTimeout(r, 500))
  console.log(screen.getByRole('search').outerHTML, expect)
})
