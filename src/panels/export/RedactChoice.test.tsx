import { fireEvent, render, screen, within } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'

import { buildKey } from '../../flows/testing/build.ts'
import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { MIN_SALT_LENGTH } from '../../state/remembered/redaction-salt.ts'
import { buildRow } from '../../state/testing/build-row.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { ExportPanel } from './ExportPanel.tsx'

const SALT_KEY = 'flowtrace.redaction-salt'

function renderPanel(total = 1) {
  const save = vi.fn<(blob: Blob, name: string) => void>()
  const key = buildKey({
    sourceNamespace: 'shop',
    sourceName: 'cart-6f7c9d5b8d-*',
    destNamespace: 'kube-system',
  })
  const row = { ...buildRow(), key, sourceLabels: ['app=cart'], destLabels: [] }
  const store = fakeStore({
    sizes: () => ({ rows: 1, records: 2 }),
    rows: () => ({ rows: [row], total }),
  })
  render(<ExportPanel onClose={() => {}} save={save} />, { wrapper: store.Wrapper })
  store.sendWindow({ total: 1 }, { source: { state: 'loaded' }, holdings: { records: 2 } })
  const saving = () =>
    store.posted
      .filter((message) => message.type === 'export')
      .findLast(({ request }) => request.onlySize !== true)
  return { store, save, request: () => saving()?.request, savingId: () => saving()?.id ?? 0 }
}

/** The cells of the preview's row of a name. */
async function previewed(name: string): Promise<string | undefined> {
  const row = await screen.findByRole('row', { name: new RegExp(`^${name} `) })
  return within(row).getAllByRole('cell')[1]?.textContent
}

beforeEach(() => {
  localStorage.removeItem(SALT_KEY)
  navigate(DEFAULT_VIEW)
})

test('names stay unless the reader chooses, and no salt is made before', async () => {
  const { request } = renderPanel()
  await screen.findAllByText('2 records')
  expect(screen.getByText('The file has all names as they are.')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Save capture' }))
  expect(request()?.redaction).toBeNull()
  expect(localStorage.getItem(SALT_KEY)).toBeNull()
})

test('shows what names of the records become, at both levels', async () => {
  renderPanel()
  fireEvent.click(screen.getByRole('radio', { name: 'Names' }))
  expect(await previewed('shop/cart')).toMatch(/^ns-[0-9a-z]{7}\/workload-[0-9a-z]{7} $/)
  expect(await previewed('app=cart')).toBe('app=cart kept')
  expect(screen.getByText(/^\d+ names replaced$/)).toBeTruthy()
  fireEvent.click(screen.getByRole('radio', { name: 'Names and labels' }))
  expect(await previewed('app=cart')).toMatch(/^app=value-[0-9a-z]{7} $/)
})

test('says that there may be more names, and what of the filter the file cannot tell', async () => {
  navigate({
    filter: { kind: 'and', terms: [include(ALL, 'dst.ns', 'backend'), { kind: 'word', text: 'ca' }] },
  })
  renderPanel(5000)
  fireEvent.click(screen.getByRole('radio', { name: 'Names' }))
  expect(
    await screen.findByText(
      /^\d+ names at least replaced\. One condition of the filter is left out of the file: it asks for parts of names\.$/,
    ),
  ).toBeTruthy()
})

test('the file is redacted by the salt of this browser, and has no name of its source', async () => {
  const { store, save, request, savingId } = renderPanel()
  fireEvent.click(await screen.findByRole('radio', { name: 'Names' }))
  const salt: unknown = JSON.parse(localStorage.getItem(SALT_KEY) ?? 'null')
  expect(salt).toMatch(/^[0-9a-f]{64}$/)
  const list = screen.getByRole('button', { name: 'Save the list of names' })
  fireEvent.click(list)
  expect(save).not.toHaveBeenCalled()
  fireEvent.click(screen.getByRole('button', { name: 'Save capture' }))
  expect(request()?.redaction).toEqual({ level: 'names', salt })
  const id = savingId()
  const names = [{ kind: 'namespace', original: 'shop', standIn: 'ns-1234567' }] as const
  const redacted = { names, unlisted: 3, clausesLeftOut: 0 }
  const file = { written: 2, total: 2, bytes: 9, blob: new Blob(['x']), span: null, redacted }
  store.send({ type: 'exported', id, result: { ok: true, file } })
  expect(await screen.findByText('4 names replaced in the file that was saved')).toBeTruthy()
  expect(screen.getByText(/^The list lacks 3 more stand-ins/)).toBeTruthy()
  expect(save).toHaveBeenLastCalledWith(file.blob, 'flowtrace.ndjson.gz')
  fireEvent.click(list)
  expect(save).toHaveBeenLastCalledWith(expect.any(Blob), 'flowtrace-names.jsonl')
  expect(await save.mock.lastCall?.[0].text()).toBe(
    '{"kind":"namespace","name":"shop","standIn":"ns-1234567"}\n',
  )
})

test('another salt gives other stand-ins; Enter takes it and saves no file, and a short one is refused', async () => {
  const { request } = renderPanel()
  fireEvent.click(screen.getByRole('radio', { name: 'Names' }))
  const before = await previewed('shop/cart')
  const field = screen.getByRole('textbox', { name: 'Salt of the stand-ins', hidden: true })
  fireEvent.change(field, { target: { value: 'short' } })
  expect(screen.getByText(`At least ${MIN_SALT_LENGTH} characters; it has 5.`)).toBeTruthy()
  fireEvent.keyDown(field, { key: 'Enter' })
  expect(await previewed('shop/cart')).toBe(before)
  fireEvent.change(field, { target: { value: ' the salt of our team ' } })
  fireEvent.keyDown(field, { key: 'Enter' })
  expect(JSON.parse(localStorage.getItem(SALT_KEY) ?? '')).toBe('the salt of our team')
  expect(await previewed('shop/cart')).not.toBe(before)
  expect(request()).toBeUndefined()
})
