import { fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'

import { buildEndOfTier, buildHit } from '../../flows/testing/build.ts'
import { buildRow } from '../../state/testing/build-row.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { print } from '../../filter/language/print.ts'
import { StagedChanges } from './StagedChanges.tsx'

beforeEach(() => navigate(DEFAULT_VIEW))

test('says that it is about a part while flows are read, and not afterwards', async () => {
  const store = fakeStore({ rows: () => ({ rows: [], total: 0 }), count: () => 0 })
  render(<StagedChanges />, { wrapper: store.Wrapper })
  store.sendWindow({}, { source: { state: 'reading', from: 0, percent: 35 }, holdings: { records: 12 } })
  expect((await screen.findByRole('note')).textContent).toBe(
    'Flows are still being read: this is about what was read so far, and more may change.',
  )
  store.sendWindow({}, { source: { state: 'live' } })
  expect(screen.queryByRole('note')).toBeNull()
})

const DENIED_NOW = buildRow(
  {
    sourceName: 'headlamp-84dfb6d477-*',
    sourceNamespace: 'kube-system',
    destName: 'pvt',
    destNamespace: '-',
    action: 'Deny',
    policies: {
      enforced: [buildEndOfTier('default-deny')],
      pending: [buildHit({ kind: 'StagedGlobalNetworkPolicy', name: 'open-up' })],
    },
  },
  { id: 'key-1', numConnectionsStarted: 239, records: 240 },
)

test('says what a staged policy would change in the words of the table, and opens its group', async () => {
  const store = fakeStore({
    rows: () => ({ rows: [DENIED_NOW], total: 1 }),
    count: ({ filter }) =>
      print(filter) === 'changed = yes' ? 240 : print(filter) === 'changed = no' ? 60 : 1,
  })
  render(<StagedChanges />, { wrapper: store.Wrapper })
  const card = within(await screen.findByRole('article'))
  expect(card.getByRole('heading').textContent).toBe(
    'Enforcing StagedGlobalNetworkPolicy open-up would allow 1 pair that is denied now. ',
  )
  expect(screen.getByText(/^Each record carries/).textContent).toContain(
    'Of the 300 records that can be compared 240 would change. 1 record cannot be compared:',
  )
  expect(card.getByText(/^Tier/).textContent).toBe(
    'Tier default · 239 connections refused, 1.4 kB would be allowed',
  )
  const pair = card.getByRole('button', { name: /headlamp/ })
  expect(pair.textContent).toBe(
    'kube-system/headlamp to private network tcp 80 · 240 recordsDenied leaving→ Allow if staged',
  )
  fireEvent.click(pair)
  expect(location.search).toBe('?open=key-1')
})

const rowOf = (id: string, port: number, reporter: 'Src' | 'Dst', lastSeen: number, connections: number) =>
  buildRow(
    { ...DENIED_NOW.key, destPort: port, reporter },
    { id, lastSeen, numConnectionsStarted: connections },
  )

const ports = () =>
  screen.getAllByRole('button', { name: /tcp/ }).map(({ textContent }) => /tcp \d+/.exec(textContent)?.[0])

test('a pair keeps its place and its element when the other end reports later, and when another has more connections', async () => {
  const answers = [
    [rowOf('a', 80, 'Src', 100, 9), rowOf('b', 443, 'Src', 100, 5)],
    [rowOf('b', 443, 'Src', 100, 50), rowOf('a', 80, 'Src', 100, 9), rowOf('a2', 80, 'Dst', 130, 9)],
  ]
  let asked = 0
  const store = fakeStore({
    rows: () => {
      const rows = answers[Math.min(asked++, 1)] ?? []
      return { rows, total: rows.length }
    },
    count: () => 1,
  })
  render(<StagedChanges />, { wrapper: store.Wrapper })
  await screen.findByRole('article')
  expect(ports()).toEqual(['tcp 80', 'tcp 443'])
  const pressed = screen.getByRole('button', { name: /tcp 80/ })
  pressed.focus()
  store.sendWindow({}, { source: { state: 'live' }, holdings: { records: 9 } })
  await waitFor(() => expect(pressed.textContent).toContain('2 records'))
  expect(ports()).toEqual(['tcp 80', 'tcp 443'])
  expect(screen.getByRole('button', { name: /tcp 80/ })).toBe(pressed)
  expect(document.activeElement).toBe(pressed)
})
