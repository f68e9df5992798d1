import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test } from 'vitest'

import { parse } from '../../../filter/language/parse-query.ts'
import { print } from '../../../filter/language/print.ts'
import type { Expression } from '../../../filter/tree/expression.ts'
import { formatClocks, formatDays, formatZone } from '../../../lib/format.ts'
import type { TimeRange } from '../../../state/client/time-range.ts'
import { fakeStore, type FakeAnswers } from '../../../state/testing/fake-store.tsx'
import { navigate } from '../../../state/view/navigation.ts'
import { DEFAULT_VIEW, parseView, type View } from '../../../state/view/view.ts'
import { WhyEmpty } from './WhyEmpty.tsx'

const OLDEST = 1_700_000_000
const NEWEST = OLDEST + 3600
const HELD = { records: 40, oldest: OLDEST, newest: NEWEST }

function query(text: string): Expression {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(`${text} is no query`)
  return parsed.expression
}

const DENIED = query('action = Deny')
const BACKEND = query('dst.ns = backend')
const BOTH = query('action = Deny and dst.ns = backend')

/** The worker's answer about the two clauses of {@link BOTH}, the one that brings back most first. */
const EFFECTS: FakeAnswers = {
  clauses: () => ({
    matching: 0,
    clauses: [
      { clause: BACKEND, without: 30, alone: 0 },
      { clause: DENIED, without: 0, alone: 30 },
    ],
  }),
  count: () => 12,
}

/** Why-empty for a view, once the worker has answered. `resolved` is the range that it took a sliding one for. */
async function renderWhyEmpty(
  view: Partial<View>,
  answers: FakeAnswers = EFFECTS,
  resolved?: TimeRange,
): Promise<void> {
  navigate(view)
  const store = fakeStore(answers)
  render(<WhyEmpty />, { wrapper: store.Wrapper })
  store.sendWindow({ total: 0 }, { holdings: HELD, ...(resolved === undefined ? {} : { time: resolved }) })
  if (answers.clauses !== undefined) await screen.findAllByRole('listitem')
}

function inAddress(): View {
  return parseView(window.location.search).view
}

/** The text of each row, its clause or range first. */
function rowTexts(): readonly (string | null)[] {
  return screen.getAllByRole('listitem').map(({ textContent }) => textContent)
}

function dropButton(text: string | RegExp): HTMLElement {
  return screen.getByRole('button', { name: text })
}

beforeEach(() => navigate(DEFAULT_VIEW))

describe('the clauses of the filter', () => {
  test('are listed in the order of the answer, each with the records that would match without it', async () => {
    await renderWhyEmpty({ filter: BOTH })
    expect(rowTexts()).toEqual([
      'dst.ns = backendmatches nothing by itself30 · drop it',
      'action = Deny0 · drop it',
    ])
    expect(screen.getByRole('heading').textContent).toBe('No record matches the filter')
  })

  test('can be dropped one by one', async () => {
    await renderWhyEmpty({ filter: BOTH })
    await userEvent.click(dropButton('Drop dst.ns = backend: 30 would match'))
    expect(print(inAddress().filter)).toBe('action = Deny')
  })

  test('can be dropped all at once', async () => {
    await renderWhyEmpty({ filter: BOTH })
    await userEvent.click(dropButton('Clear the filter'))
    expect(inAddress().filter.kind).toBe('all')
  })

  test('are introduced as alternatives when there are several, the range included', async () => {
    await renderWhyEmpty({ filter: BOTH })
    expect(screen.getByText(/Without one of these there would be:/)).toBeTruthy()
  })

  test('are not introduced as alternatives when there is only one', async () => {
    await renderWhyEmpty({ filter: BACKEND })
    expect(screen.getByText(/^40 records are held/)).toBeTruthy()
    expect(screen.queryByText(/Without one of these/)).toBeNull()
  })
})

describe('the time range', () => {
  const inside: TimeRange = { from: OLDEST + 60, to: OLDEST + 360 }

  test('is a row after the clauses, counted at any time, and can be dropped without the filter', async () => {
    await renderWhyEmpty({ filter: DENIED, time: inside })
    const text = `range, ${formatClocks(inside.from, inside.to)} ${formatZone(inside.to)}`
    expect(rowTexts().at(-1)).toBe(`${text}12 · drop it`)
    await userEvent.click(dropButton(`Drop ${text}: 12 would match`))
    expect(inAddress().time).toBeNull()
    expect(print(inAddress().filter)).toBe('action = Deny')
  })

  test('is the only thing to drop when there is no filter', async () => {
    const answers: FakeAnswers = { clauses: () => ({ matching: 0, clauses: [] }), count: () => 12 }
    await renderWhyEmpty({ time: inside }, answers)
    expect(screen.getByRole('heading').textContent).toBe('No record in this time range')
    expect(screen.getAllByRole('listitem')).toHaveLength(1)
    expect(screen.queryByRole('button', { name: 'Clear the filter' })).toBeNull()
  })

  test('is named by its length when it slides, with the range that the worker answered for', async () => {
    await renderWhyEmpty({ filter: DENIED, time: { last: 900 } }, EFFECTS, { from: NEWEST - 900, to: NEWEST })
    expect(rowTexts().at(-1)).toMatch(/^last 15 min, /)
    expect(rowTexts().at(-1)).toContain(formatClocks(NEWEST - 900, NEWEST))
  })

  test('is not said to be outside of the records while it overlaps them', async () => {
    await renderWhyEmpty({ filter: DENIED, time: inside })
    expect(screen.queryByRole('button', { name: 'Move it to the newest' })).toBeNull()
  })

  const outside = [
    [
      'before the records',
      { from: OLDEST - 900, to: OLDEST - 300 },
      'The time range ends before the data begins',
    ],
    ['after the records', { from: NEWEST, to: NEWEST + 600 }, 'The time range begins after the newest data'],
  ] as const

  test.each(outside)('%s is said to be so, with its date', async (_, time, sentence) => {
    await renderWhyEmpty({ filter: BOTH, time })
    expect(screen.getByText(new RegExp(`^${sentence}`))).toBeTruthy()
    expect(rowTexts().at(-1)).toContain(`on ${formatDays(time.from, time.to)}`)
  })

  test.each(outside)('%s moves to the newest record with its length kept', async (_, time) => {
    await renderWhyEmpty({ filter: BOTH, time })
    await userEvent.click(dropButton('Move it to the newest'))
    expect(inAddress().time).toEqual({ from: NEWEST - 600, to: NEWEST })
  })

  test.each(outside)('%s says of no clause that it matches nothing', async (_, time) => {
    await renderWhyEmpty({ filter: BOTH, time })
    expect(screen.queryByText('matches nothing by itself')).toBeNull()
    await userEvent.click(dropButton('Show everything held'))
    expect(inAddress().time).toBeNull()
  })
})

test('before the worker has answered, nothing is listed', async () => {
  await renderWhyEmpty({ filter: BOTH, time: { from: OLDEST, to: NEWEST } }, {})
  const list = screen.getByRole('list', { name: 'What each clause takes away' })
  expect(within(list).queryAllByRole('listitem')).toEqual([])
  expect(screen.getByRole('heading').textContent).toBe('No record matches the filter in this time range')
})
