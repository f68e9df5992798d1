import { act, fireEvent, render, renderHook, screen } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'

import { COLUMNS } from '../../flows/column.ts'
import { commands } from '../../state/commands/commands.ts'
import type { OpenedBundle } from '../../state/client/flowtrace.ts'
import { DEFAULT_PREFERENCES, setPreferences, usePreferences } from '../../state/remembered/preferences.ts'
import { BundleNotice } from './BundleNotice.tsx'

const BUNDLE: OpenedBundle = {
  notes: 'Since 22:15.\nTicket 4711\u202E',
  columns: { order: COLUMNS.map(({ id }) => id), hidden: ['port'], kept: ['bytes'] },
  problems: [],
}

function readPreferences() {
  return renderHook(usePreferences).result.current
}

function notes(): HTMLElement {
  return screen.getByRole('region', { name: 'Notes of the bundle' })
}

beforeEach(() => setPreferences(DEFAULT_PREFERENCES))

test('shows the first line of the notes, all of them, and none, without losing the focus', () => {
  render(<BundleNotice bundle={BUNDLE} />)
  expect(notes().textContent).toContain('Since 22:15.')
  expect(notes().textContent).not.toContain('Ticket 4711')
  fireEvent.click(screen.getByRole('button', { name: 'Read all' }))
  expect(notes().textContent).toContain('Since 22:15.\nTicket 4711⟨U+202E⟩')
  fireEvent.click(screen.getByRole('button', { name: 'Put the notes away' }))
  expect(screen.queryByRole('region')).toBeNull()
  expect(document.activeElement?.textContent).toBe('Notes of the bundle')
  fireEvent.click(screen.getByRole('button', { name: 'Notes of the bundle' }))
  expect(notes().textContent).toContain('Since 22:15.')
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Put the notes away')
})

test('lends the columns of the bundle, and stores nothing of them', () => {
  const stored = localStorage.getItem('flowtrace.preferences')
  const { unmount } = render(<BundleNotice bundle={BUNDLE} />)
  expect(readPreferences()).toMatchObject({ hidden: ['port'], kept: ['bytes'] })
  act(() => setPreferences(({ kept }) => ({ kept: [...kept, 'packets'], theme: 'dark' })))
  expect(readPreferences()).toMatchObject({ kept: ['bytes', 'packets'], theme: 'dark' })
  fireEvent.click(screen.getByRole('button', { name: 'My columns' }))
  expect(readPreferences()).toEqual({ ...DEFAULT_PREFERENCES, theme: 'dark' })
  fireEvent.click(screen.getByRole('button', { name: 'Its columns' }))
  expect(readPreferences().kept).toEqual(['bytes'])
  unmount()
  expect(readPreferences()).toEqual({ ...DEFAULT_PREFERENCES, theme: 'dark' })
  expect(localStorage.getItem('flowtrace.preferences')).toBe(stored?.replace('"system"', '"dark"'))
})

test('offers no columns where they are the reader’s own, and shows nothing without notes', () => {
  const { order, hidden, kept } = DEFAULT_PREFERENCES
  const { container } = render(
    <BundleNotice bundle={{ notes: ' ', columns: { order, hidden, kept }, problems: [] }} />,
  )
  expect(container.textContent).toBe('')
})

test('says what could not be restored, until it is closed', () => {
  render(<BundleNotice bundle={{ notes: '', columns: null, problems: ['view.json: view: is missing'] }} />)
  expect(screen.getByRole('alert').textContent).toContain('view.json: view: is missing. Everything else')
  fireEvent.click(screen.getByRole('button', { name: 'Close the notice' }))
  expect(screen.queryByRole('alert')).toBeNull()
})

test('says that policies came with it, and leads to them', () => {
  const shown = vi.fn<() => void>()
  const unregister = commands.register('policies.open', shown)
  render(<BundleNotice bundle={{ notes: '', columns: null, problems: [], policies: 12 }} />)
  expect(notes().textContent).toContain('There are none. 12 files of policies came with it.')
  fireEvent.click(screen.getByRole('button', { name: '12 files of policies' }))
  expect(shown).toHaveBeenCalledOnce()
  unregister()
})
