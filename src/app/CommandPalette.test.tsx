import { fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'

import type { FileHandle } from '../state/captures/file-handle.ts'
import { recentCaptures } from '../state/captures/recent-captures.ts'
import { commands } from '../state/commands/commands.ts'
import { fakeOpening } from '../state/testing/fake-opening.ts'
import { fakeStore } from '../state/testing/fake-store.tsx'
import { navigate } from '../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../state/view/view.ts'
import { CommandPalette } from './CommandPalette.tsx'

const opening = fakeOpening()

function renderPalette() {
  const onClose = vi.fn()
  const store = fakeStore({
    facet: ({ facet: { field, search } }) => {
      const held = field === 'ns' ? ['backend', 'db'] : []
      const values = held
        .filter((value) => value.includes(search))
        .map((value) => ({ value, records: 7, denied: 0 }))
      return { field, values, distinct: values.length, records: 7, denied: 0 }
    },
  })
  const palette = (open: boolean) => <CommandPalette open={open} onClose={onClose} opening={opening} />
  const { rerender } = render(palette(true), { wrapper: store.Wrapper })
  return { onClose, close: () => rerender(palette(false)) }
}

function optionsOf(group: string): readonly (string | null)[] {
  return within(screen.getByRole('group', { name: group }))
    .getAllByRole('option')
    .map(({ textContent }) => textContent)
}

beforeEach(() => navigate(DEFAULT_VIEW))

test('finds values in a group of their own, and makes one the only one', async () => {
  const { onClose, close } = renderPalette()
  await userEvent.type(screen.getByRole('combobox'), 'only back')
  await waitFor(() => expect(optionsOf('Namespaces')).toEqual(['Only namespace backend7 records']))
  await userEvent.keyboard('{Enter}')
  expect(onClose).toHaveBeenCalledOnce()
  close()
  await waitFor(() => expect(new URLSearchParams(location.search).get('q')).toBe('ns = backend'))
  expect(commands.said()).toBe('Filter: ns = backend')
})

test('Enter right after the text waits for its values, and takes none of another text', async () => {
  const { onClose, close } = renderPalette()
  const input = screen.getByRole('combobox')
  await userEvent.type(input, 'only db')
  await waitFor(() => expect(optionsOf('Namespaces')).toEqual(['Only namespace db7 records']))
  // In one go, so that the store has not answered.
  fireEvent.change(input, { target: { value: 'only backend' } })
  expect(screen.queryByRole('group', { name: 'Namespaces' })).toBeNull()
  fireEvent.keyDown(input, { key: 'Enter' })
  await waitFor(() => expect(onClose).toHaveBeenCalledOnce())
  close()
  await waitFor(() => expect(new URLSearchParams(location.search).get('q')).toBe('ns = backend'))
})

test('offers to filter a value out', async () => {
  renderPalette()
  await userEvent.type(screen.getByRole('combobox'), 'without db')
  await waitFor(() => expect(optionsOf('Namespaces')).toEqual(['Without namespace db7 records']))
})

test('commands stand first, so that values that come later do not move them', async () => {
  const unregister = commands.register('denied.only', () => '')
  renderPalette()
  await userEvent.type(screen.getByRole('combobox'), 'd')
  await screen.findByRole('group', { name: 'Namespaces' })
  const groups = screen.getAllByRole('group').map((group) => group.textContent.slice(0, 8))
  expect(groups[0]).toBe('Commands')
  unregister()
})

test('says so when nothing matches', async () => {
  renderPalette()
  await userEvent.type(screen.getByRole('combobox'), 'qqqq')
  expect(screen.getByText('No command, name or saved query matches.')).toBeDefined()
})

test('finds recent captures by a part of their name, and opens one', async () => {
  const id = { name: 'incident.ndjson', size: 6, hash: '0123456789abcdef' }
  const handle: FileHandle = {
    kind: 'file',
    name: id.name,
    getFile: async () => new File(['{}'], 'incident.ndjson'),
  }
  await recentCaptures.opened(id, [handle], 1)
  const openAll = vi.spyOn(opening, 'openAll').mockResolvedValue(id)
  const { close } = renderPalette()
  await userEvent.type(screen.getByRole('combobox'), 'incid')
  await expect.poll(() => screen.queryByRole('group', { name: 'Captures' })).not.toBeNull()
  expect(optionsOf('Captures')).toEqual(['Open incident.ndjsona capture'])
  await userEvent.click(screen.getByRole('option', { name: /^Open incident/ }))
  close()
  await waitFor(() => expect(openAll).toHaveBeenCalledOnce())
  await recentCaptures.forgetAll()
})
