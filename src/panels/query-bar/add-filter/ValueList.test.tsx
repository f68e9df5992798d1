import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'

import { print } from '../../../filter/language/print.ts'
import { ALL, type Expression } from '../../../filter/tree/expression.ts'
import type { Facet, FacetRequest } from '../../../state/client/facets.ts'
import { queryClient } from '../../../state/goldmane/query-client.ts'
import { fakeStore } from '../../../state/testing/fake-store.tsx'
import { ValueList } from './ValueList.tsx'

type Counts = Readonly<Record<string, number>>

function facetOf(counts: Counts): (request: FacetRequest) => Facet {
  return ({ field, search }) => {
    const values = Object.entries(counts)
      .filter(([value]) => value.includes(search))
      .map(([value, records]) => ({ value, records, denied: 0 }))
      .toSorted((a, b) => b.records - a.records)
    return { field, values, distinct: values.length, records: 100, denied: 0 }
  }
}

const ENDPOINT = 'http://gateway'

function renderList() {
  const store = fakeStore({}, { kind: 'live', endpoint: ENDPOINT, history: 0, scope: ALL })
  const onChange = vi.fn<(filter: Expression) => void>()
  render(<ValueList field="dst.ns" filter={ALL} onChange={onChange} />, { wrapper: store.Wrapper })
  return {
    send: (counts: Counts) => store.sendWindow({}, { facet: facetOf(counts) }),
    hint: (...values: readonly string[]) =>
      act(() => void queryClient.setQueryData(['hints', ENDPOINT, 'dst.ns'], values)),
    chosen: () => onChange.mock.calls.map(([filter]) => print(filter)),
  }
}

const listed = () => screen.queryAllByRole('listitem').map(({ textContent }) => textContent)
const only = (value: string) => screen.getByRole('button', { name: `Only ${value}` })

/** The cache of hints tells its readers of them in a task of its own. */
const nextTask = () => act(() => new Promise<void>((resolve) => setTimeout(resolve)))

beforeEach(() => queryClient.clear())

test('what comes between the press and the release of the pointer moves no value, and leaves each its element', async () => {
  const { send, hint, chosen } = renderList()
  send({ web: 3, db: 2 })
  const pressed = only('db')
  fireEvent.pointerDown(pressed)
  fireEvent.mouseDown(pressed)
  const removed: Node[] = []
  const observer = new MutationObserver((records) =>
    records.forEach((record) => removed.push(...record.removedNodes)),
  )
  observer.observe(screen.getByRole('list'), { childList: true })
  hint('shop', 'db')
  await screen.findByText('shop')
  send({ db: 9, web: 3, kube: 7 })
  for (const { removedNodes } of observer.takeRecords()) removed.push(...removedNodes)
  expect(removed).toEqual([])
  expect(only('db')).toBe(pressed)
  expect(listed()).toEqual(['web3−', 'db9−', 'shopnot held−', 'kube7−'])
  fireEvent.click(pressed)
  expect(chosen()).toEqual(['dst.ns = db'])
})

test('nothing that only Goldmane names is listed before the values held, whose places it would take', async () => {
  const { send, hint } = renderList()
  hint('shop', 'db')
  await nextTask()
  expect(listed()).toEqual([])
  expect(screen.getByText('…')).toBeDefined()
  send({ web: 3, db: 2 })
  expect(listed()).toEqual(['web3−', 'db2−', 'shopnot held−'])
})

test('a value whose records are gone keeps its place until another search', async () => {
  const { send } = renderList()
  send({ web: 3, db: 2 })
  send({ db: 2 })
  expect(listed()).toEqual(['webnot held−', 'db2−'])
  await userEvent.type(screen.getByRole('searchbox'), 'b')
  send({ web: 1, db: 2 })
  expect(listed()).toEqual(['db2−', 'web1−'])
})

test('Enter takes the first value that matches and is listed, before the store has answered the search', async () => {
  const { send, chosen } = renderList()
  send({ web: 3, backend: 2 })
  await userEvent.type(screen.getByRole('searchbox'), 'backe{Enter}')
  expect(listed()).toEqual(['backend2−'])
  expect(chosen()).toEqual(['dst.ns = backend'])
})

test('Enter waits for a value that is not listed yet, and takes it once', async () => {
  const { send, chosen } = renderList()
  send({ web: 3 })
  await userEvent.type(screen.getByRole('searchbox'), 'backe{Enter}')
  expect(chosen()).toEqual([])
  send({ web: 3, backend: 2 })
  await waitFor(() => expect(chosen()).toEqual(['dst.ns = backend']))
  send({ web: 4, backend: 5 })
  expect(chosen()).toEqual(['dst.ns = backend'])
})

test('a letter that is typed after such an Enter takes it back', async () => {
  const { send, chosen } = renderList()
  send({ web: 3 })
  await userEvent.type(screen.getByRole('searchbox'), 'k{Enter}a')
  send({ web: 3, backend: 2 })
  expect(chosen()).toEqual([])
})
