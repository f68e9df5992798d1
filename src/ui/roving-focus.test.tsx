import { render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { useRef } from 'react'
import { expect, test } from 'vitest'

import { useRovingFocus } from './roving-focus.ts'

function Group({ names }: { names: readonly string[] }) {
  const root = useRef<HTMLDivElement>(null)
  useRovingFocus(root)
  return (
    <div ref={root}>
      {names.map((name) => (
        <button key={name} type="button">
          {name}
        </button>
      ))}
      <input aria-label="Search" type="search" />
    </div>
  )
}

const stops = () =>
  [...document.querySelectorAll('button')]
    .filter(({ tabIndex }) => tabIndex === 0)
    .map((each) => each.textContent)

test('a group is one stop of Tab', async () => {
  const { rerender } = render(<Group names={['a', 'b', 'c']} />)
  expect(stops()).toEqual(['a'])
  screen.getByRole('button', { name: 'b' }).focus()
  expect(stops()).toEqual(['b'])
  // The stop went away, and a new control came.
  rerender(<Group names={['a', 'c', 'd']} />)
  await expect.poll(stops).toEqual(['a'])
})

test('a search field keeps the arrow keys', async () => {
  render(<Group names={['a']} />)
  const search = screen.getByRole('searchbox', { name: 'Search' })
  search.focus()
  await userEvent.keyboard('{ArrowUp}')
  expect(document.activeElement).toBe(search)
})
