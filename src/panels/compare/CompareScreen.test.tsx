import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'

import { compareSides } from '../../compare/compare.ts'
import { type Section, SECTIONS } from '../../compare/comparison.ts'
import { greatestCount } from '../../compare/listed-groups.ts'
import { openProgressChannel } from '../../compare/progress-channel.ts'
import { footingOf, headlineOf } from '../../compare/comparison-words.ts'
import type { SideTally } from '../../compare/side-tally.ts'
import { A, B, buildSide, records, T0 } from '../../compare/testing/build-side.ts'
import { print } from '../../filter/language/print.ts'
import { commands } from '../../state/commands/commands.ts'
import { leftRow } from '../../state/compare/left-row.ts'
import type { CompareAnswer, CompareQuestion } from '../../state/compare/use-comparison.ts'
import { fakeOpening } from '../../state/testing/fake-opening.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate, navigation } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { CompareScreen } from './CompareScreen.tsx'

const HELD = { records: 99, oldest: T0, newest: B.to }
const NOTHING_LOST = { evicted: 0, refused: 0, incomplete: null }
const denied = { action: 'Deny' } as const

const FLIPPED = [
  buildSide(A, records({}, { count: 15 }), records({ sourceName: 'report' }, { count: 3, at: 300 })),
  buildSide(B, records(denied, { count: 15 })),
] as const

function withGap(side: SideTally): SideTally {
  side.lack([{ from: B.to - 60, to: B.to, cause: 'The gateway did not run' }])
  return side
}

function answerOf([a, b]: readonly [(typeof FLIPPED)[0], (typeof FLIPPED)[1]] = FLIPPED): CompareAnswer {
  const comparison = compareSides(a, b)
  const sizes = Object.fromEntries(
    SECTIONS.map((section) => [
      section,
      comparison.groups.filter((group) => group.section === section).length,
    ]),
  ) as Record<Section, number>
  return {
    ok: true,
    of: 'a question',
    greatest: greatestCount(comparison),
    comparison,
    headline: headlineOf(comparison, 'In B'),
    footing: footingOf(comparison),
    sizes,
    losses: { a: NOTHING_LOST, b: NOTHING_LOST },
  }
}

/** The screen over a loaded capture, with the questions that it asked; those after `maxAnswers`, with null all, get no answer. */
function show(answer: CompareAnswer | null = answerOf(), maxAnswers = Number.POSITIVE_INFINITY) {
  const asked: CompareQuestion[] = []
  const store = fakeStore({
    compare: (question) => {
      asked.push(question)
      return asked.length > maxAnswers ? undefined : (answer ?? undefined)
    },
  })
  const openedFiles: string[] = []
  const opening = fakeOpening({
    check: async (file) => ({ ok: true, id: { name: file.name, size: file.size, hash: 'ffffffffffffffff' } }),
    open: ({ name }) => openedFiles.push(name),
  })
  render(<CompareScreen opening={opening} />, { wrapper: store.Wrapper })
  store.sendWindow({}, { source: { state: 'loaded' }, holdings: HELD })
  return { asked, store, openedFiles }
}

const view = () => navigation.parsed().view

beforeEach(() => {
  leftRow.set(null)
  navigate({ ...DEFAULT_VIEW, screen: 'compare' })
})

test('compares the halves of what is held first, and the address holds them', async () => {
  const { asked } = show(answerOf([FLIPPED[0], withGap(buildSide(B, records(denied, { count: 15 })))]))
  const heading = await screen.findByRole('heading', { level: 2 })
  expect(heading.textContent).toBe('In B, 1 pair is newly denied, which was allowed before; 1 went quiet.')
  expect(screen.getByText(heading.textContent, { selector: 'output' })).not.toBeNull()
  expect(view().compare).toBe(`around-${A.to}-1800`)
  expect(asked.at(-1)).toMatchObject({ a: { of: 'held', range: A }, b: { of: 'held', range: B } })
  expect(screen.getByRole('note').textContent).toMatch(
    /^B has a gap .+: The gateway did not run\. Because of the gap in B, what is gone from B may be there, and was not recorded\.$/,
  )
})

test('shows each group in its section, with what changed', async () => {
  show()
  const flipped = within(await screen.findByRole('region', { name: 'Flipped' }))
  const row = flipped.getByRole('listitem')
  expect(row.textContent).toContain('AllowedDenied leavingfrontend/web → backend/api tcp 80')
  expect(row.textContent).toContain('was allowed by allow-all rule 1 (GlobalNetworkPolicy, tier default)')
  expect(row.textContent).toContain(
    'now denied by default-deny (GlobalNetworkPolicy, tier default): no rule allowed it',
  )
  const quiet = within(screen.getByRole('region', { name: 'Gone quiet' }))
  const inferred = quiet.getByRole('listitem').textContent
  expect(inferred).toContain('seen once, for 45 s: B may be too short to tell inferred')
  fireEvent.click(screen.getByRole('button', { name: 'Gone quiet 1' }))
  expect(screen.queryByRole('region', { name: 'Flipped' })).toBeNull()
})

test('a row opens in Flows in either window, under the filter', async () => {
  show()
  const flipped = within(await screen.findByRole('region', { name: 'Flipped' }))
  fireEvent.click(flipped.getByRole('link', { name: /15 in A, open in Flows$/ }))
  expect(view()).toMatchObject({ screen: 'flows', time: A, compare: `around-${A.to}-1800` })
  expect(print(view().filter)).toBe(
    'src.ns = frontend and src.name = web-* and dst.ns = backend and dst.name = api-* and port = 80',
  )
  navigate({ ...DEFAULT_VIEW, screen: 'compare' })
  fireEvent.click(flipped.getByRole('link', { name: /open in Flows, in B$/ }))
  expect(view()).toMatchObject({ screen: 'flows', time: B })
})

test('goes on at the row that was opened, once, and in the section that alone was shown', async () => {
  const compare = `around-${A.to}-1800`
  const rowName = 'frontend/report → backend/api, tcp 80: open in Flows, in A'
  show()
  fireEvent.click(await screen.findByRole('button', { name: 'Gone quiet 1' }))
  fireEvent.click(screen.getByRole('link', { name: rowName }))
  cleanup()
  const comeBack = async (to: string) => {
    navigate({ ...DEFAULT_VIEW, screen: 'compare', compare: to })
    show()
    await screen.findByRole('region', { name: 'Gone quiet' })
  }
  await comeBack(compare)
  await vi.waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe(rowName))
  expect(screen.queryByRole('region', { name: 'Flipped' })).toBeNull()
  fireEvent.click(screen.getByRole('link', { name: rowName }))
  cleanup()
  await comeBack(`around-${A.to}-900`)
  expect(screen.queryByRole('region', { name: 'Flipped' })).not.toBeNull()
  expect(document.activeElement).toBe(document.body)
})

describe('the keys', () => {
  test('move and swap the windows, open their panels, and go from row to row', async () => {
    const { asked } = show()
    await screen.findByRole('region', { name: 'Flipped' })
    commands.run('compare.later')
    expect(view().compare).toBe(`around-${A.to + 900}-1800`)
    commands.run('compare.earlier')
    commands.run('compare.swap')
    expect(view().compare).toBe(`${B.from}-${B.to},${A.from}-${A.to}`)
    await screen.findByRole('button', { name: /^A: / })
    expect(asked.at(-1)).toMatchObject({ a: { range: B }, b: { range: A } })
    commands.run('row.next')
    expect(document.activeElement?.getAttribute('aria-label')).toContain('frontend/web → backend/api')
    commands.run('row.next')
    expect(document.activeElement?.getAttribute('aria-label')).toContain('frontend/report')
    commands.run('compare.b')
    expect(await screen.findByRole('dialog', { name: 'Window B' })).not.toBeNull()
  })
})

test('a comparison that cannot be made says why, and offers what is held', async () => {
  navigate({ compare: '15-30,45-60' })
  show({ ok: false, trouble: { kind: 'refused', say: 'Nothing is held of A.', detail: null, retry: false } })
  expect((await screen.findByRole('alert')).textContent).toContain('Nothing is held of A.')
  fireEvent.click(screen.getByRole('button', { name: 'Compare the halves of what is held' }))
  expect(view().compare).toBe(`around-${A.to}-1800`)
})

describe('two captures', () => {
  const open = { name: 'before.jsonl', size: 7, hash: '00112233aabbccdd' }
  const second = new File(['{}'], 'after.jsonl')

  async function compared() {
    navigate({ capture: open })
    const shown = show()
    fireEvent.click(await screen.findByRole('button', { name: 'Two captures' }))
    await screen.findByText(/^Choose a capture to compare with/)
    fireEvent.change(screen.getByLabelText('Capture to compare with'), { target: { files: [second] } })
    await screen.findByRole('button', { name: /^B: after\.jsonl/ })
    return shown
  }

  test('are compared once the second is chosen, and the address names it', async () => {
    const { asked } = await compared()
    expect(asked.at(-1)).toMatchObject({
      a: { of: 'held', range: null },
      b: { of: 'source', source: { file: second } },
    })
    expect(view().compare).toMatch(/^captures:2\.[0-9a-f]{16}\.after\.jsonl$/)
  })

  test('open their rows each in its own capture, from which the way back is the same comparison', async () => {
    const { openedFiles } = await compared()
    const flipped = within(await screen.findByRole('region', { name: 'Flipped' }))
    fireEvent.click(flipped.getByRole('link', { name: /open in Flows, in B$/ }))
    await vi.waitFor(() => expect(view().screen).toBe('flows'))
    expect(openedFiles).toEqual(['after.jsonl'])
    expect(view()).toMatchObject({ time: null, capture: { name: 'after.jsonl' } })
    expect(view().compare).toBe('captures-swapped:7.00112233aabbccdd.before.jsonl')
  })

  test('say so where a link is about one that is not on this page', async () => {
    navigate({ capture: open, compare: 'captures:4100000.0123456789abcdef.gone.jsonl' })
    show()
    await screen.findByText(/^The other side is gone\.jsonl, 4\.1 MB, which this page does not have/)
    expect(screen.getByRole('button', { name: /^B: gone\.jsonl, not on this page/ })).not.toBeNull()
  })
})

test('a comparison that takes long says how far it is, and can be given up and made again', async () => {
  const { asked } = show(null)
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  const orders: unknown[] = []
  const worker = openProgressChannel(asked[0]?.channel ?? '', { cancel: () => orders.push('cancel') })
  worker.progress({ side: 'A', stage: 'reading', records: 1200, part: 0.4 })
  await screen.findByText('Reading A: 1,200 records…')
  // Each step is shown, and one is announced.
  expect(screen.getByRole('status').textContent).toBe('Comparing A and B…')
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('40')
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  await screen.findByText(/The comparison was given up/, { selector: 'p' })
  expect(screen.getByRole('status').textContent).toBe('The comparison was given up.')
  await vi.waitFor(() => expect(orders).toEqual(['cancel']))
  worker.close()
  fireEvent.click(screen.getByRole('button', { name: 'Compare' }))
  await vi.waitFor(() => expect(asked).toHaveLength(2))
})

test('of windows that were given up no count is told, and the Markdown is of what is shown', async () => {
  const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  show(answerOf(), 1)
  await screen.findByRole('button', { name: /^B: .*15 records/ })
  const { href } = window.location
  commands.run('compare.later')
  fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
  await screen.findByText(/What is shown is of the windows before/)
  expect(screen.queryByRole('button', { name: /^[AB]: .*record/ })).toBeNull()
  expect(window.location.href).not.toBe(href)
  fireEvent.click(screen.getByRole('button', { name: 'Copy as Markdown' }))
  await vi.waitFor(() => expect(copied).toHaveBeenCalled())
  expect(copied.mock.calls[0]?.[0]).toContain(`- View: <${href}>`)
})

test('says which hours were compared in place of a window', async () => {
  const [a, b] = [buildSide(A, records({})), buildSide({ from: B.from, to: B.to + 900 }, records({}))]
  b.stepSeconds = 3600
  show(answerOf([a, b]))
  expect(await screen.findByRole('button', { name: /^B: .*; by sums of .+ – / })).not.toBeNull()
  expect(screen.getByRole('button', { name: /^A: / }).getAttribute('aria-label')).not.toContain('sums')
})

test('says so where nothing changed', async () => {
  show(answerOf([buildSide(A, records({})), buildSide(B, records({}))]))
  expect((await screen.findByRole('heading', { level: 2 })).textContent).toBe(
    'In B, nothing changed beyond what is usual.',
  )
  expect(screen.getByText(/^Told are:/)).not.toBeNull()
})
