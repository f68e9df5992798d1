import { act, fireEvent, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'

import type { FlowKey } from '../../flows/flow.ts'
import { buildEndOfTier } from '../../flows/testing/build.ts'
import { buildRow } from '../../state/testing/build-row.ts'
import { type FakeAnswers, fakeStore, type FakeStore } from '../../state/testing/fake-store.tsx'
import { commands } from '../../state/commands/commands.ts'
import { navigate } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { Inspector } from './Inspector.tsx'

beforeEach(() => {
  navigate(DEFAULT_VIEW)
  localStorage.clear()
})

const ROW = buildRow()

/** The inspector with a row open in the address, before the worker has answered. */
function renderInspector(answers: FakeAnswers = {}): FakeStore {
  navigate({ open: ROW.id })
  const store = fakeStore(answers)
  render(
    <>
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role, jsx-a11y/no-noninteractive-tabindex */}
      <div role="grid" tabIndex={0} />
      <Inspector />
    </>,
    { wrapper: store.Wrapper },
  )
  return store
}

/** The inspector once the worker has answered with the open row. */
function renderWithRow(row = ROW, answers: FakeAnswers = {}): void {
  const known: FakeAnswers = { conversation: () => [row], rows: () => ({ rows: [], total: 0 }) }
  renderInspector({ ...known, ...answers }).sendWindow({ selected: { index: 0, row, group: null } })
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

test('does not say of a row that it is not held while the answer is of the request before', () => {
  navigate({ open: null })
  const store = fakeStore()
  store.sendWindow({})
  navigate({ open: ROW.id })
  render(<Inspector />, { wrapper: store.Wrapper })
  expect(screen.queryByText('This flow is not held')).toBeNull()
  expect(screen.getByText('Looking for this flow…')).toBeTruthy()
})

test('shows a row that comes in after it was not held', () => {
  const store = renderInspector()
  store.sendWindow({})
  store.sendWindow({ selected: { index: 0, row: ROW, group: null } })
  expect(screen.queryByText('This flow is not held')).toBeNull()
  expect(screen.getByRole('heading', { name: /^Allowed: tcp 80/ })).toBeTruthy()
})

test('keeps its close button when the row comes in', () => {
  const store = renderInspector()
  const close = screen.getByRole('button', { name: 'Close' })
  store.sendWindow({ selected: { index: 0, row: ROW, group: null } })
  expect(screen.getByRole('heading', { level: 2 })).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Close' })).toBe(close)
})

test('has the key into the answer once there is one', () => {
  const store = renderInspector()
  expect(commands.applicable().has('answer.focus')).toBe(false)
  store.sendWindow({ selected: { index: 0, row: ROW, group: null } })
  expect(commands.applicable().has('answer.focus')).toBe(true)
})

test('says that the row is recorded, and at which end', () => {
  renderWithRow(destinationOf())
  expect(screen.getByText('recorded').parentElement?.textContent).toMatch(/^recorded at the destination, /)
})

test('leaves out the times of a record that has none', async () => {
  renderWithRow(buildRow({}, { firstSeen: 0, lastSeen: 0 }))
  expect(screen.getByText('recorded').parentElement?.textContent).toBe('recorded at the source')
  await screen.findByRole('button', { name: 'Only this' })
  fireEvent.keyDown(screen.getByRole('heading', { level: 2 }), { key: '2' })
  expect(screen.getAllByText('no time in the record')).toHaveLength(2)
})

test('shows what happened at once, and what follows once the other end’s records are known', () => {
  renderWithRow(ROW, { conversation: () => undefined })
  expect(screen.getByRole('heading', { level: 2 }).textContent).toMatch(/^Allowed/)
  expect(screen.queryByRole('region', { name: 'Path' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Only this' })).toBeNull()
})

test('an end without a record is unknown, beside the recorded one', async () => {
  renderWithRow(ROW, { conversation: () => [ROW] })
  const entering = await screen.findByText('Entering: no record')
  expect(entering.parentElement?.textContent).toBe(
    'Entering the destination: Entering: no record.backend/api has no record here cannot be said',
  )
  expect(screen.getByText('Leaving: allowed').parentElement?.textContent).toBe(
    'Leaving the source: Leaving: allowed.allow-all rule 1',
  )
})

test('what the matched record of the other end says is inferred', async () => {
  const policies = { enforced: [buildEndOfTier('default-deny')], pending: [] }
  const refused = destinationOf(ROW, { action: 'Deny', policies })
  renderWithRow(ROW, { conversation: () => [ROW, refused] })
  const entering = await screen.findByText('Denied here')
  expect(entering.parentElement?.textContent).toMatch(/default-deny selects it.* inferred$/)
  expect(screen.getByText('recorded').parentElement?.textContent).toMatch(/^recorded at both ends, /)
})

test('shows the row before as a whole until the conversation of the next one is known', async () => {
  const other = buildRow({ destPort: 443 }, { id: 'other' })
  const store = renderInspector({ conversation: ({ id }) => (id === other.id ? [other] : undefined) })
  store.sendWindow({ selected: { index: 0, row: other, group: null } })
  await screen.findByText('Entering: no record')
  const headline = screen.getByRole('heading', { level: 2 }).textContent
  store.sendWindow({ selected: { index: 0, row: ROW, group: null } })
  expect(screen.getByText('Entering: no record')).toBeTruthy()
  expect(screen.getByRole('heading', { level: 2 }).textContent).toBe(headline)
})

test('compares the traces before and after a change of the verdict on demand', async () => {
  const denied = buildRow(
    { action: 'Deny' },
    { id: 'before', firstSeen: 1_790_000_000 - 60, lastSeen: 1_790_000_000 - 45 },
  )
  renderWithRow(ROW, { conversation: () => [ROW, denied] })
  await userEvent.click(await screen.findByRole('button', { name: /^Changes over time/ }))
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

test('Escape gives the focus back to the list and leaves the answer open, and does nothing from a menu', async () => {
  renderWithRow()
  await screen.findByRole('button', { name: 'Only this' })
  screen.getByRole('grid').focus()
  act(() => void commands.run('answer.focus'))
  expect(document.activeElement).toBe(screen.getByRole('heading', { level: 2 }))
  await userEvent.keyboard('1')
  await userEvent.click(screen.getByRole('button', { name: 'Filter by source label app=web' }))
  await screen.findByRole('menu')
  await userEvent.keyboard('{Escape}')
  expect(document.activeElement).not.toBe(screen.getByRole('grid'))
  screen.getByRole('button', { name: 'Only this' }).focus()
  await userEvent.keyboard('{Escape}')
  expect(document.activeElement).toBe(screen.getByRole('grid'))
  expect(inAddress('open')).toBe(ROW.id)
})

test('the numbers unfold and fold what is folded', async () => {
  renderWithRow()
  const onlyThis = await screen.findByRole('button', { name: 'Only this' })
  onlyThis.focus()
  for (const digit of '12345') await userEvent.keyboard(digit)
  expect(screen.getAllByRole('button', { expanded: true })).toHaveLength(5)
  await userEvent.keyboard('2')
  expect(screen.getByRole('button', { name: /^Counters/, expanded: false })).toBeTruthy()
  expect(screen.getByRole('button', { name: /^Raw record/, expanded: true })).toBeTruthy()
})

test('what is unfolded before it is drawn scrolls to itself, the newest one, and says so', async () => {
  const scrolledTo = vi.spyOn(Element.prototype, 'scrollIntoView')
  renderWithRow()
  const headline = screen.getByRole('heading', { level: 2 })
  for (const digit of ['5', '1', '2', '2']) fireEvent.keyDown(headline, { key: digit })
  expect(screen.queryByRole('group', { name: 'Raw record' })).toBeNull()
  const labels = await screen.findByRole('group', { name: 'Labels and service' })
  expect(screen.getAllByRole('button', { expanded: true })).toHaveLength(2)
  expect(scrolledTo.mock.contexts).toEqual([labels.lastElementChild])
  expect(commands.said()).toBe('Labels and service: unfolded')
})

test('the chips of a group open another port in the place of this one, and count one quantity', async () => {
  const use = { proto: 'tcp', records: 3, firstSeen: 0, lastSeen: 15 }
  const ports = [
    { ...use, id: 's1', port: 80, connections: 240 },
    { ...use, id: 's2', port: 443, connections: 6 },
    { ...use, id: 's3', port: 21, connections: 5 },
    { ...use, id: 's4', proto: 'icmp', port: 0, connections: 1 },
  ]
  const group = buildRow({}, { id: 'g1', ports, portCount: 4, numConnectionsStarted: 252 })
  const store = renderInspector()
  store.sendWindow({ selected: { index: 0, row: ROW, group } })
  const list = within(screen.getByRole('list', { name: 'Ports' }))
  expect(list.getAllByRole('button').map(({ textContent }) => textContent)).toEqual([
    'tcp 80 240 connections',
    '2 tcp ports, icmp 12',
  ])
  expect(list.getByRole('button', { pressed: true }).textContent).toContain('tcp 80')
  await userEvent.click(list.getByRole('button', { name: /^2 tcp ports/ }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'tcp 443: 6' }))
  expect(inAddress('open')).toBe('s2')
})

test('the handle moves the width within its limits, and the width is remembered', async () => {
  renderWithRow()
  const handle = screen.getByRole('separator', { name: 'Width of the answer', hidden: true })
  handle.focus()
  await userEvent.keyboard('{ArrowLeft}')
  expect(handle.getAttribute('aria-valuenow')).toBe('440')
  await userEvent.keyboard('{End}{ArrowLeft}')
  expect(handle.getAttribute('aria-valuenow')).toBe('560')
  await userEvent.keyboard('{Home}')
  expect(JSON.parse(localStorage.getItem('flowtrace.preferences') ?? '')).toMatchObject({ answerWidth: 420 })
})

test('“Only this” filters for both ends, the protocol and the port', async () => {
  renderWithRow()
  await userEvent.click(await screen.findByRole('button', { name: 'Only this' }))
  const query = inAddress('q')
  for (const part of ['src.ns = frontend', 'dst.ns = backend', 'proto = tcp', 'port = 80'])
    expect(query).toContain(part)
})
