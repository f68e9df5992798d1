/** A long list: only rows near what is seen are drawn, and the keys reach all of them. */
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { beforeAll, describe, expect, test, vi } from 'vitest'

import { compareSides } from '../../compare/compare.ts'
import { type ComparedGroup, SECTIONS } from '../../compare/comparison.ts'
import { footingOf, headlineOf } from '../../compare/comparison-words.ts'
import { greatestCount, PART_GROUPS } from '../../compare/listed-groups.ts'
import { A, B, buildSide, records } from '../../compare/testing/build-side.ts'
import { ensure } from '../../lib/assert.ts'
import type { Compared } from '../../state/compare/use-comparison.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { focusNeighbourRow } from './compared-rows.ts'
import { ComparedList } from './ComparedList.tsx'
import { BLOCK_ROWS } from './GroupBlock.tsx'

const NOTHING_LOST = { evicted: 0, refused: 0, incomplete: null }

/** An answer with so many new talkers, of which the first part is sent; `size` is how many there are said to be. */
function manyTalkers(count: number, size = count) {
  const talkers = Array.from({ length: count }, (_, i) =>
    records({ sourceName: `talker-${i}` }, { each: count - i }),
  )
  const whole = compareSides(buildSide(A), buildSide(B, ...talkers))
  const sizes = { ...Object.fromEntries(SECTIONS.map((section) => [section, 0])), 'new-talkers': size }
  const compared: Compared = {
    ok: true,
    of: 'a question',
    greatest: greatestCount(whole),
    comparison: { ...whole, groups: whole.groups.slice(0, PART_GROUPS) },
    sizes: sizes as Compared['sizes'],
    headline: headlineOf(whole),
    footing: footingOf(whole),
    losses: { a: NOTHING_LOST, b: NOTHING_LOST },
  }
  return { compared, groups: whole.groups }
}

/** What is asked for more groups. */
interface GroupsQuestion {
  readonly section: string
  readonly from: number
}

/** The list, with the questions for more groups, which `answer` answers. */
function show(
  compared: Compared,
  answer: (question: GroupsQuestion) => readonly ComparedGroup[] | undefined,
) {
  const asked: GroupsQuestion[] = []
  const store = fakeStore({
    groups: (question) => {
      asked.push(question)
      const groups = answer(question)
      return groups === undefined ? undefined : { ok: true, groups }
    },
  })
  render(<ComparedList compared={compared} sections={['new-talkers']} targets={null} onOpen={() => {}} />, {
    wrapper: store.Wrapper,
  })
  return asked
}

/** Stands for the browser's, of which the page has one: a test says what comes near and goes. */
const watched = new Set<Element>()
let onIntersections: (entries: readonly object[]) => void = () => {}
beforeAll(() => {
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(callback: typeof onIntersections) {
        onIntersections = callback
      }
      observe(element: Element) {
        watched.add(element)
      }
      unobserve(element: Element) {
        watched.delete(element)
      }
    },
  )
})

/** Scrolls a block near what is seen, or away; it was so high then. */
function scroll(block: Element | undefined, isNear: boolean, height = 700): void {
  const entry = { target: block, isIntersecting: isNear, boundingClientRect: { height } }
  act(() => onIntersections([entry]))
}

const blocks = () => [...document.querySelectorAll<HTMLElement>('[data-compared-block]')]
/** Of each block the rows that are drawn, and the height of the box that stands for those that are not. */
const drawn = () => blocks().map(({ children, style }) => [children.length, style.height])

const rows = () => screen.getAllByRole('listitem')
const focusedPlace = () =>
  document.activeElement?.closest('[role=listitem]')?.getAttribute('aria-posinset') ?? null

test('draws the first rows, each with its place among all', () => {
  show(manyTalkers(60).compared, () => undefined)
  expect(rows()).toHaveLength(BLOCK_ROWS)
  const [first] = rows()
  expect(['aria-posinset', 'aria-setsize'].map((name) => first?.getAttribute(name))).toEqual(['1', '60'])
})

test('goes on by keys to rows that were not drawn, and back', () => {
  show(manyTalkers(60).compared, () => undefined)
  for (let i = 0; i < BLOCK_ROWS; i++) focusNeighbourRow(1)
  expect(focusedPlace()).toBe(String(BLOCK_ROWS))
  focusNeighbourRow(1)
  expect(focusedPlace()).toBe(String(BLOCK_ROWS + 1))
  expect(document.activeElement?.textContent).toContain(`talker-${BLOCK_ROWS} `)
  focusNeighbourRow(-1)
  expect(focusedPlace()).toBe(String(BLOCK_ROWS))
  // The arrow key of the roving focus, which knows only what is drawn, does the same.
  for (const place of [BLOCK_ROWS + 1, BLOCK_ROWS * 2]) {
    while (focusedPlace() !== String(place)) focusNeighbourRow(1)
  }
  fireEvent.keyDown(document.activeElement!, { key: 'ArrowDown' })
  expect(focusedPlace()).toBe(String(BLOCK_ROWS * 2 + 1))
})

test('End and Home go to the last and the first of all, which are asked for where they are not here', async () => {
  const { compared, groups } = manyTalkers(230)
  const asked = show(compared, ({ from }) => groups.slice(from, from + PART_GROUPS))
  focusNeighbourRow(1)
  fireEvent.keyDown(document.activeElement!, { key: 'End' })
  await waitFor(() => expect(focusedPlace()).toBe('230'))
  expect(asked).toEqual([{ about: 'groups', of: 'a question', section: 'new-talkers', from: 200 }])
  expect(document.activeElement?.textContent).toContain('talker-229 ')
  fireEvent.keyDown(document.activeElement!, { key: 'Home' })
  expect(focusedPlace()).toBe('1')
})

test('does not take the focus back when it went elsewhere before the groups came', async () => {
  const { compared, groups } = manyTalkers(230)
  const store = fakeStore()
  render(<ComparedList compared={compared} sections={['new-talkers']} targets={null} onOpen={() => {}} />, {
    wrapper: store.Wrapper,
  })
  focusNeighbourRow(1)
  fireEvent.keyDown(document.activeElement!, { key: 'End' })
  focusNeighbourRow(1)
  const asked = await waitFor(() =>
    ensure(
      store.posted.find(({ type }) => type === 'ask'),
      'it is asked',
    ),
  )
  if (asked.type !== 'ask') throw new Error('it is no question')
  store.send({ type: 'answer', id: asked.id, answer: { ok: true, groups: groups.slice(200) } })
  await screen.findByText('talker-229')
  expect(focusedPlace()).toBe('2')
})

const listOf = (compared: Compared) => (
  <ComparedList compared={compared} sections={['new-talkers']} targets={null} onOpen={() => {}} />
)

/** Renders the list, and returns a function that puts another answer in its place. */
function showAnswers(first: Compared) {
  const store = fakeStore()
  const { rerender } = render(listOf(first), { wrapper: store.Wrapper })
  return (next: Compared) => rerender(listOf(next))
}

/** The answer with its groups in another order. */
function reordered(
  compared: Compared,
  order: (groups: readonly ComparedGroup[]) => readonly ComparedGroup[],
) {
  const groups = order(compared.comparison.groups)
  return { ...compared, comparison: { ...compared.comparison, groups } }
}

test('another answer that moves the focused row to another block leaves the focus on it', async () => {
  const { compared } = manyTalkers(60)
  const answer = showAnswers(compared)
  for (let i = 0; i <= BLOCK_ROWS; i++) focusNeighbourRow(1)
  expect(document.activeElement?.textContent).toContain(`talker-${BLOCK_ROWS} `)
  answer(reordered(compared, ([first, ...rest]) => [...rest, ensure(first, 'there is one')]))
  await waitFor(() => expect(focusedPlace()).toBe(String(BLOCK_ROWS)))
  expect(document.activeElement?.textContent).toContain(`talker-${BLOCK_ROWS} `)
})

test('where the focused row is in no block that is drawn, the row in its place has the focus', async () => {
  const { compared } = manyTalkers(60)
  const answer = showAnswers(compared)
  for (let i = 0; i < 3; i++) focusNeighbourRow(1)
  answer(reordered(compared, (groups) => groups.filter((_, i) => i !== 2)))
  await waitFor(() => expect(focusedPlace()).toBe('3'))
  expect(document.activeElement?.textContent).toContain('talker-3 ')
})

test('the focus that the reader took away is not taken back', async () => {
  const { compared } = manyTalkers(60)
  const answer = showAnswers(compared)
  focusNeighbourRow(1)
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  await Promise.resolve()
  answer(reordered(compared, (groups) => groups.slice(1)))
  await screen.findAllByText('talker-1')
  await Promise.resolve()
  expect(document.activeElement).toBe(document.body)
})

test('says how many groups are not listed', () => {
  show(manyTalkers(30, 20_042).compared, () => undefined)
  expect(screen.getByText('42 more are not shown: narrow the filter to see them.')).not.toBeNull()
})

test('says so where the comparison is not held any more', async () => {
  const { compared } = manyTalkers(120)
  const store = fakeStore({
    groups: () => ({
      ok: false,
      trouble: { kind: 'refused', say: 'Compare again.', detail: null, retry: false },
    }),
  })
  render(<ComparedList compared={compared} sections={['new-talkers']} targets={null} onOpen={() => {}} />, {
    wrapper: store.Wrapper,
  })
  focusNeighbourRow(1)
  fireEvent.keyDown(document.activeElement!, { key: 'End' })
  expect((await screen.findByRole('alert')).textContent).toBe('Compare again.')
})

describe('a block', () => {
  test('is drawn while it is near, and otherwise as high as it was; the first one always', () => {
    show(manyTalkers(60).compared, () => undefined)
    expect(drawn()).toEqual([
      [25, ''],
      [0, '800px'],
      [0, '320px'],
    ])
    const [first, second, third] = blocks()
    scroll(second, true)
    scroll(third, true)
    expect(drawn()).toEqual([
      [25, ''],
      [25, ''],
      [10, ''],
    ])
    scroll(first, false)
    scroll(second, false, 711)
    expect(drawn()).toEqual([
      [25, ''],
      [0, '711px'],
      [10, ''],
    ])
    scroll(second, true)
    expect(drawn()[1]).toEqual([25, ''])
  })

  test('stays while it has the focus, also when that goes from row to row', () => {
    show(manyTalkers(60).compared, () => undefined)
    const [, second] = blocks()
    scroll(second, true)
    act(() => second?.querySelector<HTMLElement>('[data-compared-row]')?.focus())
    scroll(second, false)
    expect(drawn()[1]?.[0]).toBe(25)
    act(() => focusNeighbourRow(1))
    expect(focusedPlace()).toBe('27')
    expect(drawn()[1]?.[0]).toBe(25)
    act(() => rows()[0]?.querySelector<HTMLElement>('[data-compared-row]')?.focus())
    expect(drawn()[1]?.[0]).toBe(0)
  })

  test('near what is seen keeps its rows when the focus leaves it', () => {
    show(manyTalkers(60).compared, () => undefined)
    const [, second] = blocks()
    scroll(second, true)
    act(() => second?.querySelector<HTMLElement>('[data-compared-row]')?.focus())
    act(() => rows()[0]?.querySelector<HTMLElement>('[data-compared-row]')?.focus())
    expect(drawn()[1]?.[0]).toBe(25)
  })

  test('asks for its groups when it comes near, once for all of a part', async () => {
    const { compared, groups } = manyTalkers(230)
    const asked = show(compared, ({ from }) => groups.slice(from, from + PART_GROUPS))
    const [, second, , , fifth, sixth] = blocks()
    scroll(second, true)
    expect(asked).toEqual([])
    scroll(fifth, true)
    scroll(sixth, true)
    const row = (await screen.findByText('talker-125')).closest('[role=listitem]')
    expect(row?.getAttribute('aria-posinset')).toBe('126')
    expect(asked.map(({ from }) => from)).toEqual([100])
    expect(drawn().map(([count]) => count)).toEqual([25, 25, 0, 0, 25, 25, 0, 0, 0, 0])
  })

  test('is not watched any more when the list is gone', () => {
    show(manyTalkers(60).compared, () => undefined)
    expect(watched.size).toBe(3)
    cleanup()
    expect(watched.size).toBe(0)
  })
})
