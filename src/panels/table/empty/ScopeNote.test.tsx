import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'

import { include } from '../../../filter/tree/clauses.ts'
import { ALL, type Expression } from '../../../filter/tree/expression.ts'
import { commands } from '../../../state/commands/commands.ts'
import { fakeStore } from '../../../state/testing/fake-store.tsx'
import { navigate } from '../../../state/view/navigation.ts'
import { DEFAULT_VIEW, parseView } from '../../../state/view/view.ts'
import { ScopeNote } from './ScopeNote.tsx'

const BACKEND = include(ALL, 'dst.ns', 'backend')

function renderScopeNote(scope: Expression = BACKEND, leftOut = 0): void {
  navigate({ scope })
  const open = { kind: 'live', endpoint: 'http://localhost/', history: 0, scope } as const
  const store = fakeStore({}, open)
  render(<ScopeNote />, { wrapper: store.Wrapper })
  store.sendWindow({}, { outOfScope: leftOut })
}

beforeEach(() => navigate(DEFAULT_VIEW))

test('says which records are received', () => {
  renderScopeNote()
  expect(screen.getByRole('note', { name: 'Scope' }).textContent).toMatch(
    /^Only dst\.ns = backend is received\. What you look for may be outside of it\./,
  )
})

test('counts the records that the scope left out', () => {
  renderScopeNote(BACKEND, 3)
  expect(screen.getByRole('note').textContent).toContain('; 3 records came and did not match it.')
})

test('renders nothing when everything is received', () => {
  renderScopeNote(ALL, 3)
  expect(screen.queryByRole('note')).toBeNull()
})

test('takes the scope off', async () => {
  renderScopeNote()
  await userEvent.click(screen.getByRole('button', { name: 'Stream everything' }))
  expect(parseView(window.location.search).view.scope).toEqual(ALL)
})

test('opens the form that changes the scope', async () => {
  let opened = 0
  const stop = commands.register('scope.edit', () => {
    opened++
  })
  renderScopeNote()
  await userEvent.click(screen.getByRole('button', { name: 'Change the scope' }))
  stop()
  expect(opened).toBe(1)
})
