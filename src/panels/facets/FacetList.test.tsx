import { act, cleanup, fireEvent, render, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'

import { ensure } from '../../lib/assert.ts'
import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { parse } from '../../filter/language/parse-query.ts'
import { print } from '../../filter/language/print.ts'
import type { Facet, FacetRequest } from '../../state/client/facets.ts'
import type { SourceState } from '../../state/client/holdings.ts'
import { fakeStore, type FakeStore } from '../../state/testing/fake-store.tsx'
import { navigate, navigation } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { FacetList } from './FacetList.tsx'

/** The records of each source namespace; half of them are denied. */
type Counts = Readonly<Record<string, number>>

beforeEach(() => navigate(DEFAULT_VIEW, 'replace'))

function facetsOf(counts: Counts): (request: FacetRequest) => Facet {
  return ({ field }) => {
    const values =
      field !== 'src.ns'
        ? []
        : Object.entries(counts)
            .map(([value, records]) => ({ value, records, denied: records / 2 }))
            .toSorted((a, b) => b.records - a.records)
    return { field, values, distinct: values.length, records: 1000, denied: 500 }
  }
}

const HOUR = { oldest: 1_790_000_000, newest: 1_790_003_600 }
const LOADED: SourceState = { state: 'loaded' }
const send = (store: FakeStore, counts: Counts, source: SourceState = LOADED) =>
  store.sendWindow({}, { holdings: HOUR, facet: facetsOf(counts), source })

async function renderFacets(counts: Counts, source: SourceState = LOADED) {
  const store = fakeStore()
  render(<FacetList />, { wrapper: store.Wrapper })
  send(store, counts, source)
  await within(group()).findByText('a')
  return store
}

const group = () =>
  ensure(document.querySelector<HTMLElement>('[aria-label="Source namespace"]'), 'the facet is there')
const names = () =>
  within(group())
    .getAllByRole('listitem')
    .map((item) => item.querySelector('code')?.textContent)

test('a namespace that is not recorded is no value like none, and can be asked for', async () => {
  await renderFacets({ a: 30, '': 20, '-': 10 })
  expect(names()).toEqual(['a', undefined, '(none)'])
  await userEvent.click(within(group()).getByLabelText('not recorded, 20 records'))
  expect(within(group()).getByLabelText('not recorded, 20 records').getAttribute('aria-pressed')).toBe('true')
  expect(navigation.parsed().view.filter).toEqual(include(ALL, 'src.ns', ''))
})

test('values keep their place while counts change, and go pale without leaving', async () => {
  const store = await renderFacets({ a: 30, b: 20, '-': 10 })
  expect(names()).toEqual(['a', 'b', '(none)'])
  await userEvent.click(within(group()).getByLabelText('b, 20 records'))
  send(store, { b: 90, c: 5 })
  expect(names()).toEqual(['a', 'b', '(none)', 'c'])
  expect(
    within(group())
      .getAllByRole('listitem')
      .map((item) => item.dataset['pale']),
  ).toEqual(['true', 'false', 'true', 'false'])
  expect(within(group()).getByLabelText('a, 0 records')).toBeDefined()
})

test('a query from elsewhere sets the order anew, and leaves no place empty', async () => {
  const store = await renderFacets({ a: 30, b: 20, c: 10 })
  const parsed = parse('dst.ns = db')
  if (!parsed.ok) throw new Error('a query')
  act(() => navigate({ filter: parsed.expression }))
  expect(names()).toEqual(['a', 'b', 'c'])
  send(store, { c: 8, d: 9 })
  expect(names()).toEqual(['d', 'c', 'a', 'b'])
})

test('of another source no value of the one before is left', async () => {
  const store = await renderFacets({ a: 30, b: 20 })
  await userEvent.hover(group())
  store.reopen({ kind: 'file', file: new File(['x'], 'b.ndjson') })
  expect(within(group()).queryAllByRole('listitem')).toEqual([])
  send(store, { b: 5, c: 9 })
  await within(group()).findByText('c')
  expect(names()).toEqual(['c', 'b'])
})

test('a stream that is opened again keeps its values in their places', async () => {
  const live = { kind: 'live', endpoint: 'http://localhost/', history: 3600, scope: ALL } as const
  const store = fakeStore({}, live)
  render(<FacetList />, { wrapper: store.Wrapper })
  send(store, { a: 30, b: 20 })
  await within(group()).findByText('a')
  store.reopen({ ...live })
  send(store, { b: 50, c: 60 })
  expect(names()).toEqual(['a', 'b', 'c'])
})

test('the order is set anew once the source has been read, but not under the pointer', async () => {
  const half: SourceState = { state: 'loading', read: 1, total: 2 }
  for (const [isOver, order] of [
    [false, ['c', 'a', 'b']],
    [true, ['a', 'b', 'c']],
  ] as const) {
    const store = await renderFacets({ a: 30, b: 20 }, half)
    send(store, { a: 30, b: 20, c: 40 }, half)
    expect(names()).toEqual(['a', 'b', 'c'])
    await (isOver ? userEvent.hover(group()) : userEvent.unhover(group()))
    send(store, { a: 31, b: 20, c: 50 })
    expect(names()).toEqual(order)
    cleanup()
  }
})

test('counts of a part that come after the source has been read do not set the order', async () => {
  const half: SourceState = { state: 'loading', read: 1, total: 2 }
  const store = await renderFacets({ a: 30, b: 20 }, half)
  const facet = facetsOf({ a: 30, b: 20, c: 40 })
  store.sendWindow({}, { holdings: HOUR, facet, source: LOADED, isPartial: true })
  expect(names()).toEqual(['a', 'b', 'c'])
  // The same numbers, now of the whole.
  send(store, { a: 30, b: 20, c: 40 })
  expect(names()).toEqual(['c', 'a', 'b'])
  send(store, { a: 90, b: 20, c: 40 })
  expect(names()).toEqual(['c', 'a', 'b'])
})

/** The parts of the bar of a value, with their widths. */
function widths(item: HTMLElement | undefined) {
  return [...(item?.querySelectorAll<HTMLElement>('[data-bar]') ?? [])].map((bar) => [
    bar.dataset['bar'],
    bar.style.width,
  ])
}

test('a bar has its denied part in red behind the allowed one, also when all is denied', async () => {
  await renderFacets({ a: 40, b: 10 })
  const [first, second] = within(group()).getAllByRole('listitem')
  expect(widths(first)).toEqual([
    // Over the denied part, which begins at the same edge and ends at the sum of both.
    ['denied', '100%'],
    ['allowed', '50%'],
  ])
  expect(widths(second)).toEqual([
    ['denied', '25%'],
    ['allowed', '12.5%'],
  ])
})

test('a click is for the value that was pressed, also where the order is set anew before the release', async () => {
  const store = await renderFacets({ a: 30, b: 20 })
  const pressed = within(group()).getByLabelText('b, 20 records')
  fireEvent.pointerDown(pressed)
  act(() => navigate({ filter: include(ALL, 'dst.ns', 'db') }))
  send(store, { b: 90, a: 30 })
  expect(names()).toEqual(['b', 'a'])
  fireEvent.click(pressed)
  expect(print(navigation.parsed().view.filter)).toBe('dst.ns = db and src.ns = b')
  // The next one is for what is there then.
  fireEvent.click(pressed)
  expect(print(navigation.parsed().view.filter)).toContain('src.ns = (b, a)')
})
