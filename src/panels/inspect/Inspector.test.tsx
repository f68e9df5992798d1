import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'

import type { FlowKey } from '../../flows/flow.ts'
import { buildRow } from '../../state/testing/build-row.ts'
import { type FakeAnswers, fakeStore, type FakeStore } from '../../state/testing/fake-store.tsx'
import { navigate } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { Inspector } from './Inspector.tsx'

beforeEach(() => navigate(DEFAULT_VIEW))

const ROW = buildRow()

/** The inspector with a row open in the address, before the worker has answered. */
function renderInspector(answers: FakeAnswers = {}): FakeStore {
  navigate({ open: ROW.id })
  const store = fakeStore(answers)
  render(<Inspector />, { wrapper: store.Wrapper })
  return store
}

/** The inspector once the worker has answered with the open row. */
function renderWithRow(row = ROW, answers: FakeAnswers = {}): void {
  renderInspector(answers).sendWindow({ selected: { index: 0, row, group: null } })
}

function inAddress(parameter: string): string | null {
  return new URLSearchParams(window.location.search).get(parameter)
}

function destinationOf(row = ROW, key: Partial<FlowKey> = {}) {
  return buildRow({ ...row.key, reporter: 'Dst', ...key }, { id: 'row-2' })
}

test('says that it looks for the flow until the worker has answered', () => {
  renderInspector()
  expect(screen.getByRole('complementary', { name: 'Flow' }).textContent).toBe('Looking for this flow…')
})

test('says that a flow is not held when the answer has no such row', () => {
  renderInspector().sendWindow({})
  expect(screen.getByRole('heading', { name: 'This flow is not held' })).toBeTruthy()
  expect(screen.queryByText(/Looking for/)).toBeNull()
})

test('shows a row that comes in after it was not held', () => {
  const store = renderInspector()
  store.sendWindow({})
  store.sendWindow({ selected: { index: 0, row: ROW, group: null } })
  expect(screen.queryByText('This flow is not held')).toBeNull()
  expect(screen.getByRole('heading', { name: /^Allowed: tcp 80/ })).toBeTruthy()
})

test('says that the row is recorded, and at which end', () => {
  renderWithRow(destinationOf())
  expect(screen.getByText('recorded').parentElement?.textContent).toMatch(/^recorded at the destination · /)
})

test('leaves out the times of a record that has none', () => {
  renderWithRow(buildRow({}, { firstSeen: 0, lastSeen: 0 }))
  expect(screen.getByText('recorded').parentElement?.textContent).toBe('recorded at the source')
  expect(screen.getAllByText('no time in the record')).toHaveLength(2)
})

test('looks for the other end’s record until the conversation is known', () => {
  renderWithRow()
  expect(screen.getByText('Looking for the other end’s record…')).toBeTruthy()
  expect(screen.queryByRole('region', { name: 'Both ends' })).toBeNull()
})

test('an end without a record is unknown, beside the recorded one', async () => {
  renderWithRow(ROW, { conversation: () => [ROW] })
  const ends = within(await screen.findByRole('region', { name: 'Both ends' }))
  expect(ends.getByText(/^Egress of the source/).textContent).toBe('Egress of the source: allowed recorded')
  expect(ends.getByText(/^Ingress of the destination/).textContent).toBe(
    'Ingress of the destination: no record unknown',
  )
})

test('what the matched record of the other end says is inferred', async () => {
  renderWithRow(ROW, { conversation: () => [ROW, destinationOf(ROW, { action: 'Deny' })] })
  const ends = within(await screen.findByRole('region', { name: 'Both ends' }))
  expect(ends.getByText(/^Ingress of the destination/).textContent).toBe(
    'Ingress of the destination: denied inferred',
  )
})

test('ignores the conversation of the row that was open before', async () => {
  const other = buildRow({ destPort: 443 }, { id: 'other' })
  const store = renderInspector({ conversation: ({ id }) => (id === other.id ? [other] : undefined) })
  store.sendWindow({ selected: { index: 0, row: other, group: null } })
  await screen.findByRole('region', { name: 'Both ends' })
  store.sendWindow({ selected: { index: 0, row: ROW, group: null } })
  expect(screen.queryByRole('region', { name: 'Both ends' })).toBeNull()
  expect(screen.getByText('Looking for the other end’s record…')).toBeTruthy()
})

test('compares the traces before and after a change of the verdict on demand', async () => {
  const denied = buildRow(
    { action: 'Deny' },
    { id: 'before', firstSeen: 1_790_000_000 - 60, lastSeen: 1_790_000_000 - 45 },
  )
  renderWithRow(ROW, { conversation: () => [ROW, denied] })
  await userEvent.click(await screen.findByRole('button', { name: 'Side by side' }))
  expect(screen.getByRole('table', { name: 'Trace before and after' })).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Close', expanded: true }))
  expect(screen.queryByRole('table', { name: 'Trace before and after' })).toBeNull()
})

test('closes with its button', async () => {
  renderWithRow()
  await userEvent.click(screen.getByRole('button', { name: 'Close' }))
  expect(inAddress('open')).toBeNull()
})

test('Escape closes it, but not from a menu that was opened in it', async () => {
  renderWithRow()
  await userEvent.click(screen.getByRole('button', { name: 'Filter by app=web' }))
  await screen.findByRole('menu')
  await userEvent.keyboard('{Escape}')
  expect(inAddress('open')).toBe(ROW.id)
  screen.getByRole('button', { name: 'Only this' }).focus()
  await userEvent.keyboard('{Escape}')
  expect(inAddress('open')).toBeNull()
})

test('“Only this” filters for both ends, the protocol and the port', async () => {
  renderWithRow()
  await userEvent.click(screen.getByRole('button', { name: 'Only this' }))
  const query = inAddress('q')
  for (const part of ['src.ns = frontend', 'dst.ns = backend', 'proto = tcp', 'port = 80'])
    expect(query).toContain(part)
})
