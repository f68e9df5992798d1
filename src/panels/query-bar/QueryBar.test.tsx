import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test } from 'vitest'

import { parse } from '../../filter/language/parse-query.ts'
import { print } from '../../filter/language/print.ts'
import { commands } from '../../state/commands/commands.ts'
import { focusQueryBar } from '../../state/commands/focus.ts'
import { queryHistory, rememberQuery } from '../../state/remembered/query-history.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { QueryBar } from './QueryBar.tsx'

/** How many of the 1,200 records match: those of `action = Deny` are 30, of any other query 7. */
function countOf(query: string): number {
  if (query === '') return 1200
  return query === 'action = Deny' ? 30 : 7
}

function renderBar(
  count: (query: string) => number | undefined = countOf,
  summary: React.ReactNode = null,
): void {
  const store = fakeStore({
    count: ({ filter }) => count(print(filter)),
    facet: ({ facet: { field } }) => ({ field, values: [], distinct: 0, records: 0, denied: 0 }),
  })
  render(<QueryBar summary={summary} />, { wrapper: store.Wrapper })
}

function applyQuery(text: string): void {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(`${text} is no query`)
  act(() => navigate({ filter: parsed.expression }))
}

function inAddress(): string | null {
  return new URLSearchParams(window.location.search).get('q')
}

function theField(): HTMLElement {
  return screen.getByRole('textbox', { name: 'Query' })
}

/** The field once the editor has taken the place of the plain one. */
async function findEditor(): Promise<HTMLElement> {
  await waitFor(() => expect(theField().isContentEditable).toBe(true))
  return theField()
}

/** The editor with the focus and key presses at the end of its text. */
async function typeQuery(text: string): Promise<HTMLElement> {
  const editor = await findEditor()
  act(focusQueryBar)
  await userEvent.keyboard(text)
  return editor
}

function chips(): readonly (string | null)[] {
  return within(screen.getByRole('list', { name: 'Clauses of the filter' }))
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent)
}

beforeEach(() => navigate(DEFAULT_VIEW))

// The editor is loaded once for the whole file, so the plain field stands in the first test alone.
test('a plain field takes the text until the editor is loaded, and the editor goes on with it', async () => {
  renderBar(countOf, <button type="button">1 denied</button>)
  const plain = theField()
  const summary = await screen.findByRole('button', { name: '1 denied' })
  expect(plain.tagName).toBe('INPUT')
  plain.focus()
  fireEvent.change(plain, { target: { value: 'dst.ns = ba' } })
  const editor = await findEditor()
  expect(editor.textContent).toBe('dst.ns = ba')
  expect(document.activeElement).toBe(editor)
  // What is open in the summary would be closed, and a key that is pressed on it lost, if it were drawn anew.
  expect(screen.getByRole('button', { name: '1 denied' })).toBe(summary)
})

describe('empty', () => {
  test('shows what to type, no error and nothing to apply', async () => {
    renderBar()
    const editor = await findEditor()
    expect(editor.ariaPlaceholder ?? editor.getAttribute('aria-placeholder')).toMatch(/^Type a query/)
    expect(editor.getAttribute('aria-invalid')).toBeNull()
    expect(screen.queryByRole('button', { name: 'Apply the query' })).toBeNull()
  })
})

describe('the number of records', () => {
  test('is missing until the store has answered', async () => {
    renderBar(() => undefined)
    await findEditor()
    expect(screen.queryByText(/records/)).toBeNull()
  })

  test('is that of all records without a query', async () => {
    renderBar()
    expect((await screen.findByText(/records$/)).textContent).toBe('1,200 records')
  })

  test('is that of the matching ones of all with a query', async () => {
    applyQuery('action = deny')
    renderBar()
    expect((await screen.findByText(/records$/)).textContent).toBe('30 of 1,200 records')
  })
})

describe('typing', () => {
  test('tells how many records would match, and applies nothing', async () => {
    renderBar()
    await typeQuery('port = 80')
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe('7 would match'))
    expect(inAddress()).toBeNull()
  })

  test('tells nothing of a text that says what is applied, spelled in another way', async () => {
    applyQuery('action = deny')
    renderBar()
    const editor = await typeQuery(' and port = 80')
    await screen.findByRole('button', { name: 'Apply the query' })
    await userEvent.keyboard('{Backspace>14/}')
    expect(editor.textContent).toBe('action = Deny')
    expect(screen.queryByRole('button', { name: 'Apply the query' })).toBeNull()
  })

  test('Enter applies the query, spells it canonically and remembers it', async () => {
    renderBar()
    const editor = await typeQuery('action:deny{Enter}')
    expect(inAddress()).toBe('action = Deny')
    expect(editor.textContent).toBe('action = Deny')
    expect(queryHistory().at(-1)).toBe('action = Deny')
  })

  test('Escape puts the applied query back', async () => {
    applyQuery('port = 443')
    renderBar()
    const editor = await typeQuery(' and dst.ns = x')
    await userEvent.keyboard('{Escape}{Escape}')
    expect(editor.textContent).toBe('port = 443')
    expect(inAddress()).toBe('port = 443')
  })

  test('a query that is applied elsewhere replaces the text, but not one that is being typed', async () => {
    renderBar()
    const editor = await findEditor()
    applyQuery('port = 443')
    expect(editor.textContent).toBe('port = 443')
    await typeQuery(' and')
    applyQuery('port = 53')
    expect(editor.textContent).toBe('port = 443 and')
  })
})

describe('a query that cannot be read', () => {
  test('is pointed out after a moment without a key press, in words that the field refers to', async () => {
    renderBar()
    const editor = await typeQuery('actoin = deny')
    expect(editor.getAttribute('aria-invalid')).toBeNull()
    await waitFor(() => expect(editor.getAttribute('aria-invalid')).toBe('true'))
    const messageId = editor.getAttribute('aria-describedby') ?? ''
    // The field is told by the editor, and the message drawn by React, which may be later.
    await waitFor(() => expect(document.getElementById(messageId)?.textContent).toMatch(/actoin/))
    expect(screen.queryByRole('button', { name: 'Apply the query' })).toBeNull()
  })

  test('is pointed out at once by Enter, which does not apply it', async () => {
    renderBar()
    const editor = await typeQuery('port = {Enter}')
    expect(editor.getAttribute('aria-invalid')).toBe('true')
    expect(inAddress()).toBeNull()
    expect(editor.textContent).toBe('port = ')
  })

  test('is repaired by a click on its suggestion, and applied', async () => {
    renderBar()
    const editor = await typeQuery('actoin = deny{Enter}')
    await userEvent.click(screen.getByRole('button', { name: 'action' }))
    expect(editor.textContent).toBe('action = Deny')
    expect(inAddress()).toBe('action = Deny')
    expect(editor.getAttribute('aria-invalid')).toBeNull()
    expect(screen.queryByText(/Did you mean/)).toBeNull()
  })

  test('is repaired by Enter, but only once the suggestion is seen, one mistake at a time', async () => {
    renderBar()
    const editor = await typeQuery('actoin = dney{Enter}')
    expect(editor.textContent).toBe('actoin = dney')
    await userEvent.keyboard('{Enter}')
    expect(editor.textContent).toBe('action = dney')
    expect(inAddress()).toBeNull()
    await userEvent.keyboard('{Enter}')
    expect(inAddress()).toBe('action = Deny')
  })

  test.each([
    ['dst.ns backend', 'dst.ns = backend'],
    ['from a to b', '(src.ns = a or src.name ~ a) and (dst.ns = b or dst.name ~ b)'],
    ['denied', 'action = Deny'],
  ])('%s is no search for words: Enter offers the query meant, and applies it', async (text, meant) => {
    renderBar()
    await typeQuery(`${text}{Enter}`)
    expect(inAddress()).toBeNull()
    expect(screen.getByRole('button', { name: meant })).toBeDefined()
    await userEvent.keyboard('{Enter}')
    expect(inAddress()).toBe(meant)
    expect(commands.said()).toBe(`Read as ${meant}`)
  })

  test('is no error while it only ends too early, until it is left', async () => {
    renderBar()
    const editor = await typeQuery('port = 80 and dst.ns =')
    // Longer than the pause after which a mistake is pointed out, which the next test waits for.
    await userEvent.keyboard(' ')
    expect(editor.getAttribute('aria-invalid')).toBeNull()
    act(() => editor.blur())
    await waitFor(() => expect(editor.getAttribute('aria-invalid')).toBe('true'))
    expect(screen.getByText('not applied')).toBeDefined()
  })
})

describe('the chips', () => {
  test('say each clause of the applied query in words', async () => {
    applyQuery('proto = (tcp, icmp) and src.ns != calico-system')
    renderBar()
    await findEditor()
    expect(chips()).toEqual(['proto in tcp, icmp', 'src.ns is not calico-system'])
  })

  test('are removed by their button, and by Delete', async () => {
    applyQuery('port = 80 and proto = tcp and dst.ns = a')
    renderBar()
    await findEditor()
    await userEvent.click(screen.getByRole('button', { name: 'Remove proto is tcp' }))
    expect(inAddress()).toBe('port = 80 and dst.ns = a')
    screen.getByRole('button', { name: 'port is 80' }).focus()
    await userEvent.keyboard('{ArrowRight}{Delete}')
    expect(inAddress()).toBe('port = 80')
    expect(document.activeElement?.textContent).toBe('port is 80')
  })

  test('turn to text with the clause selected, and a text that is left without a change back to chips', async () => {
    applyQuery('port = 80 and (dst.ns = a or dst.ns ~ b)')
    renderBar()
    const editor = await findEditor()
    await userEvent.click(screen.getByRole('button', { name: 'dst.ns = a or dst.ns ~ b' }))
    expect(document.activeElement).toBe(editor)
    expect(document.getSelection()?.toString()).toBe('(dst.ns = a or dst.ns ~ b)')
    await userEvent.keyboard('proto = tcp{Enter}')
    expect(inAddress()).toBe('port = 80 and proto = tcp')
    act(() => editor.blur())
    await waitFor(() => expect(chips()).toEqual(['port is 80', 'proto is tcp']))
  })

  test('are all removed at once', async () => {
    applyQuery('port = 80 and proto = tcp')
    renderBar()
    await findEditor()
    await userEvent.click(screen.getByRole('button', { name: 'Clear' }))
    expect(inAddress()).toBeNull()
  })
})

describe('undo', () => {
  test('in an unchanged text goes back through the applied queries, and forward', async () => {
    renderBar()
    applyQuery('port = 1')
    applyQuery('port = 2')
    const editor = await typeQuery('{Control>}z{/Control}')
    expect(inAddress()).toBe('port = 1')
    expect(editor.textContent).toBe('port = 1')
    await userEvent.keyboard('{Control>}z{/Control}')
    expect(inAddress()).toBeNull()
    await userEvent.keyboard('{Control>}y{/Control}')
    expect(inAddress()).toBe('port = 1')
  })

  test('in a changed text undoes the change first', async () => {
    renderBar()
    applyQuery('port = 1')
    applyQuery('port = 2')
    const editor = await typeQuery('3')
    await userEvent.keyboard('{Control>}z{/Control}')
    expect(editor.textContent).toBe('port = 2')
    expect(inAddress()).toBe('port = 2')
    await userEvent.keyboard('{Control>}z{/Control}')
    expect(inAddress()).toBe('port = 1')
  })

  test('undoes what is typed just after a query was applied without what was applied', async () => {
    renderBar()
    const editor = await typeQuery('port=1{Enter}')
    await userEvent.keyboard('2')
    expect(editor.textContent).toBe('port = 12')
    await userEvent.keyboard('{Control>}z{/Control}')
    expect(editor.textContent).toBe('port = 1')
  })
})

describe('the arrow keys', () => {
  beforeEach(() => {
    rememberQuery('port = 1')
    rememberQuery('port = 2')
  })

  test('go back through the applied queries, and forward to the empty field', async () => {
    renderBar()
    const editor = await typeQuery('{ArrowUp}')
    expect(editor.textContent).toBe('port = 2')
    await userEvent.keyboard('{ArrowUp}')
    expect(editor.textContent).toBe('port = 1')
    await userEvent.keyboard('{ArrowDown}{ArrowDown}')
    expect(editor.textContent).toMatch(/^(Type a query.*)?$/)
  })

  test('do not replace what the reader has typed', async () => {
    renderBar()
    const editor = await typeQuery('zzz')
    await screen.findByRole('button', { name: 'Apply the query' })
    await userEvent.keyboard('{ArrowUp}')
    expect(editor.textContent).toBe('zzz')
  })
})
