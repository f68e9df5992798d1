import { expect, test, vi } from 'vitest'

import { policyFiles } from '../../bundle/bundled-policies.ts'
import { writeViewFile } from '../../bundle/view-file.ts'
import { type ZippedFile, zipOf } from '../../bundle/zip-writer.ts'
import { print } from '../../filter/language/print.ts'
import { openBundle } from './open-bundle.ts'

const { signal } = new AbortController()

async function bundleOf(viewFile: string, more: readonly ZippedFile[] = []): Promise<File> {
  const zip = await zipOf(
    [
      { name: 'view.json', content: new Blob([viewFile]) },
      { name: 'capture.ndjson.gz', content: new Blob(['records']) },
      ...more,
    ],
    0,
    signal,
  )
  return new File([zip], 'incident.zip')
}

function viewFileOf(view: string): string {
  return writeViewFile({ tool: 'flowtrace 1', view, columns: null, notes: 'Since 22:15.' })
}

test('the capture has the bundle’s name, and the view is that of a link, without a source', async () => {
  const opened = await openBundle(
    await bundleOf(
      viewFileOf('?q=action+%3D+Deny&open=g1&cluster=prod&scope=x&capture=1.0123456789abcdef.a'),
    ),
    signal,
  )
  if (opened === null || typeof opened === 'string') throw new Error('the bundle opens')
  expect(opened.file.name).toBe('incident.zip')
  expect(await opened.file.text()).toBe('records')
  const { filter, ...view } = opened.view
  expect(filter === undefined ? null : print(filter)).toBe('action = Deny')
  expect(view).toMatchObject({ open: 'g1', shape: 'groups', screen: 'flows' })
  for (const part of ['cluster', 'scope', 'capture']) expect(view).not.toHaveProperty(part)
})

test('what is not understood of the view is said with its place', async () => {
  const opened = await openBundle(await bundleOf(viewFileOf('?rows=nonsense&open=g1')), signal)
  expect(opened).toMatchObject({
    view: { open: 'g1' },
    problems: ['view.json: view: the kind of rows “nonsense”'],
  })
})

test('a broken view.json changes nothing of the view', async () => {
  const opened = await openBundle(await bundleOf('{'), signal)
  expect(opened).toMatchObject({ view: {}, notes: '', problems: [expect.stringMatching(/^view\.json: /)] })
})

test('another file is none', async () => {
  expect(await openBundle(new File(['{}\n'.repeat(20)], 'a.jsonl'), signal)).toBeNull()
})

const POLICIES = [
  { name: 'app', text: 'kind: Tier\n', until: 5 },
  { name: 'app', text: 'kind: Tier # now\n', from: 5 },
]

test('its policies are loaded once it is opened, and once alone', async () => {
  const replace = vi.fn(async () => {})
  const file = await bundleOf(viewFileOf(''), policyFiles(POLICIES))
  const opened = await openBundle(file, signal, { replace })
  if (opened === null || typeof opened === 'string') throw new Error('the bundle opens')
  expect(opened).toMatchObject({ policies: 2, problems: [] })
  expect(replace).not.toHaveBeenCalled()
  opened.onOpened?.()
  opened.onOpened?.()
  expect(replace).toHaveBeenCalledExactlyOnceWith(POLICIES)
})

test('policies that cannot be read are said, and those of the reader stay', async () => {
  const list = { name: 'policies.json', content: new Blob(['{']) }
  const file = await bundleOf(viewFileOf(''), [list])
  const opened = await openBundle(file, signal, { replace: async () => {} })
  expect(opened).toMatchObject({
    problems: [expect.stringMatching(/^policies\.json: .*no policies are loaded$/)],
  })
  expect(opened).not.toHaveProperty('onOpened')
})
