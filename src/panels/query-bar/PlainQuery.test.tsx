import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { print } from '../../filter/language/print.ts'
import { cursorWithin, Handover } from './draft-handover.ts'
import { PlainQuery } from './PlainQuery.tsx'

function renderField(applied = '') {
  const handover = new Handover()
  const onApply = vi.fn()
  const { unmount } = render(
    <PlainQuery
      filter={ALL}
      applied={applied}
      handover={handover}
      onApply={onApply}
      onBack={() => false}
      onForward={() => false}
    />,
  )
  const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Query' })
  return { field, handover, unmount, applied: () => onApply.mock.calls.map(([filter]) => print(filter)) }
}

test('shows the applied query, and Enter applies what is typed', async () => {
  const { field, applied } = renderField('action = Deny')
  expect(field.value).toBe('action = Deny')
  await userEvent.type(field, ' and port = 80{Enter}')
  expect(applied()).toEqual(['action = Deny and port = 80'])
})

test('Enter keeps a text that cannot be read, and does not apply it', async () => {
  const { field, applied } = renderField()
  await userEvent.type(field, 'port = {Enter}')
  expect(applied()).toEqual([])
  expect(field.value).toBe('port = ')
})

test('Escape puts the applied query back and leaves the field', async () => {
  const { field, applied } = renderField('action = Deny')
  await userEvent.type(field, ' and{Escape}')
  expect(field.value).toBe('action = Deny')
  expect(document.activeElement).toBe(document.body)
  expect(applied()).toEqual([])
})

test('leaves its text and its cursor to the editor when it is replaced', async () => {
  const { field, handover, unmount } = renderField()
  await userEvent.type(field, 'dst.ns = ba{ArrowLeft}')
  unmount()
  expect(handover.take()).toEqual({ text: 'dst.ns = ba', selection: [10, 10] })
})

test('leaves no text that Enter has applied, and a cursor at the end of what the editor starts with', async () => {
  const { field, handover, unmount } = renderField()
  await userEvent.type(field, 'port = 80{Enter}')
  // The applied query is not rendered yet.
  expect(field.value).toBe('')
  unmount()
  const { text, selection } = handover.take()
  expect(text).toBeNull()
  expect(selection).not.toBeNull()
  expect(cursorWithin(9, selection ?? [0, 0])).toEqual({ anchor: 9, head: 9 })
})
