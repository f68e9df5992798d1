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

/** The screen, whose rows are those of the next answer each time that it asks, and at last those of the last. */
async function renderAnswers(...answers: readonly (readonly ReturnType<typeof buildRow>[])[]) {
  let asked = 0
  const store = fakeStore({
    rows: () => {
      const rows = answers[Math.min(asked++, answers.length - 1)] ?? []
      return { rows, total: rows.length }
    },
    count: () => 1,
  })
  render(<StagedChanges />, { wrapper: store.Wrapper })
  await screen.findAllByRole('article')
  return store
}

test('a pair keeps its place and its element when the other end reports later, and when another has more connections', async () => {
  const store = await renderAnswers(
    [rowOf('a', 80, 'Src', 100, 9), rowOf('b', 443, 'Src', 100, 5)],
    [rowOf('b', 443, 'Src', 100, 50), rowOf('a', 80, 'Src', 100, 9), rowOf('a2', 80, 'Dst', 130, 9)],
  )
  expect(ports()).toEqual(['tcp 80', 'tcp 443'])
  const pressed = screen.getByRole('button', { name: /tcp 80/ })
  pressed.focus()
  store.sendWindow({}, { source: { state: 'live' }, holdings: { records: 9 } })
  await waitFor(() => expect(pressed.textContent).toContain('2 records'))
  expect(ports()).toEqual(['tcp 80', 'tcp 443'])
  expect(screen.getByRole('button', { name: /tcp 80/ })).toBe(pressed)
  expect(document.activeElement).toBe(pressed)
})

test('a pair that is no longer counted keeps its place, says so and opens nothing, until the list is made anew', async () => {
  const store = await renderAnswers(
    [rowOf('a', 80, 'Src', 100, 9), rowOf('b', 443, 'Src', 100, 5)],
    [rowOf('b', 443, 'Src', 100, 5)],
  )
  const gone = screen.getByRole('button', { name: /tcp 80/ })
  gone.focus()
  store.sendWindow({}, { source: { state: 'live' }, holdings: { records: 9 } })
  await waitFor(() => expect(gone.textContent).toContain('no longer counted'))
  expect(ports()).toEqual(['tcp 80', 'tcp 443'])
  expect(document.activeElement).toBe(gone)
  fireEvent.click(gone)
  expect(location.search).toBe('')
  fireEvent.click(screen.getByRole('button', { name: 'List anew' }))
  expect(ports()).toEqual(['tcp 443'])
})

const titles = () => screen.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent)

test('so does a policy that changes nothing any more', async () => {
  const other = buildRow(
    {
      ...DENIED_NOW.key,
      destPort: 443,
      policies: {
        enforced: [buildEndOfTier('default-deny')],
        pending: [buildHit({ kind: 'StagedGlobalNetworkPolicy', name: 'other' })],
      },
    },
    { id: 'c', numConnectionsStarted: 1, records: 1 },
  )
  const store = await renderAnswers([DENIED_NOW, other], [])
  const both = titles()
  expect(both).toEqual([expect.stringContaining('open-up'), expect.stringContaining('other')])
  store.sendWindow({}, { source: { state: 'live' }, holdings: { records: 9 } })
  await waitFor(() => expect(titles()).toEqual([...both, 'No verdict would change']))
  for (const card of screen.getAllByRole('article'))
    expect(within(card).getAllByText(/no longer counted/)).toHaveLength(2)
})
