import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { useRef } from 'react'
import { expect, test } from 'vitest'

import { useRovingFocus } from './roving-focus.ts'

function Group({ names, hasFields = true }: { names: readonly string[]; hasFields?: boolean }) {
  const root = useRef<HTMLDivElement>(null)
  useRovingFocus(root)
  return (
    <div ref={root}>
      {names.map((name) => (
        <button key={name} type="button">
          {name}
        </button>
      ))}
      {hasFields ? (
        <>
          <input aria-label="Search" type="search" />
          <select aria-label="Order">
            <option>first</option>
            <option>second</option>
          </select>
        </>
      ) : null}
    </div>
  )
}

const stops = () =>
  [...document.querySelectorAll<HTMLElement>('button,input,select')]
    .filter((each) => each.tabIndex === 0 && !each.hasAttribute('disabled'))
    .map((each) => each.getAttribute('aria-label') ?? each.textContent)

/** Renders the group and waits for the chunk that makes it one stop. */
async function renderGroup(...names: string[]) {
  const rendered = render(<Group names={names} />)
  await waitFor(() => expect(stops()).toHaveLength(1))
  return rendered
}

const focused = () =>
  document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? null

test('a group is one stop of Tab', async () => {
  const { rerender } = await renderGroup('a', 'b', 'c')
  expect(stops()).toEqual(['a'])
  screen.getByRole('button', { name: 'b' }).focus()
  expect(stops()).toEqual(['b'])
  // The stop went away, and a new control came.
  rerender(<Group names={['a', 'c', 'd']} />)
  await expect.poll(stops).toEqual(['a'])
})

test('a control that is disabled is no stop', async () => {
  await renderGroup('a', 'b')
  screen.getByRole<HTMLButtonElement>('button', { name: 'a' }).disabled = true
  await expect.poll(stops).toEqual(['b'])
})

test('the arrow keys go through the controls, and leave a field at the ends of its text', async () => {
  await renderGroup('a', 'b')
  screen.getByRole('button', { name: 'a' }).focus()
  await userEvent.keyboard('{ArrowRight}{ArrowRight}')
  expect(focused()).toBe('Search')
  await userEvent.keyboard('xy{ArrowLeft}')
  expect(focused()).toBe('Search')
  await userEvent.keyboard('{ArrowUp}{ArrowDown}')
  expect(focused()).toBe('Search')
  await userEvent.keyboard('{ArrowRight}{ArrowRight}')
  expect(focused()).toBe('Order')
  await userEvent.keyboard('{ArrowDown}')
  expect(focused()).toBe('Order')
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}{ArrowLeft}')
  expect(focused()).toBe('b')
})

test('a key that the control has handled moves nothing', async () => {
  await renderGroup('a', 'b')
  const a = screen.getByRole('button', { name: 'a' })
  a.focus()
  a.addEventListener('keydown', (event) => event.preventDefault(), { once: true })
  await userEvent.keyboard('{ArrowRight}')
  expect(focused()).toBe('a')
  fireEvent.keyDown(a, { key: 'ArrowRight', shiftKey: true })
  expect(focused()).toBe('a')
  await userEvent.keyboard('{ArrowRight}')
  expect(focused()).toBe('b')
})

test('the focus of a control that a key removed goes to another one', async () => {
  const { rerender } = await renderGroup('a', 'b')
  screen.getByRole('button', { name: 'b' }).focus()
  await userEvent.keyboard('x')
  rerender(<Group names={['a']} />)
  await expect.poll(focused).toBe('a')
})

test('where a key removed all controls, the first one that comes has the focus, unless it went elsewhere', async () => {
  const { rerender } = await renderGroup('a', 'b')
  const remove = async () => {
    screen.getByRole('button', { name: 'b' }).focus()
    await userEvent.keyboard('x')
    rerender(<Group names={[]} hasFields={false} />)
    // A mutation is told in a microtask.
    await waitFor(() => expect(document.activeElement).toBe(document.body))
  }
  await remove()
  rerender(<Group names={['a', 'b']} />)
  await expect.poll(focused).toBe('a')

  await remove()
  const elsewhere = document.body.appendChild(document.createElement('button'))
  elsewhere.focus()
  rerender(<Group names={['a', 'b']} />)
  await expect.poll(stops).toContain('a')
  expect(document.activeElement).toBe(elsewhere)
  elsewhere.remove()
})
