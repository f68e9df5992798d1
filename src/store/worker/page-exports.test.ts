import { beforeAll, expect, test, vi } from 'vitest'

import { recordLine } from '../../capture/capture-writer.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import type { ExportRequest, FromWorker } from '../protocol.ts'
import { PageSession } from './page-session.ts'
import { SharedFeeds } from './shared-feeds.ts'

// Their first import takes longer than the second that waitFor() waits, where the machine is busy.
beforeAll(async () => {
  await import('../../source/capture-file.ts')
  await import('./export-job.ts')
}, 60_000)

const LINES = [recordLine(buildFlow()), recordLine(buildFlow({ destPort: 5432, action: 'Deny' }))]

const REQUEST: ExportRequest = {
  format: 'json-lines',
  view: {
    shape: 'groups',
    filter: ALL,
    time: { last: 3600 },
    sort: { column: 'seen', descending: true },
    frozen: null,
    newSince: null,
  },
  columns: [],
  source: 'lab-1',
  link: null,
}

/** A session that has read a capture of two records. */
async function openedSession() {
  const said: FromWorker[] = []
  const session = new PageSession((message) => said.push(message), new SharedFeeds())
  const open = () => {
    const file = new File([LINES.join('\n')], 'flows.jsonl')
    session.receive({ type: 'open', source: { kind: 'file', file }, budget: 1e8 })
  }
  open()
  await vi.waitFor(() =>
    expect(said.some((message) => message.type === 'status' && message.status.holdings.records === 2)).toBe(
      true,
    ),
  )
  const exported = () => said.filter((message) => message.type === 'exported')
  return { session, exported, open, said }
}

test('a page that asks for an export gets its file', async () => {
  const { session, exported } = await openedSession()
  session.receive({ type: 'export', id: 7, request: REQUEST })
  await vi.waitFor(() => expect(exported()).toHaveLength(1))
  const [message] = exported()
  if (message?.result.ok !== true) throw new Error('the export failed')
  expect(message.id).toBe(7)
  expect(await message.result.file.blob.text()).toBe(LINES.join(''))
  expect(message.result.file.span).toEqual({ from: 1_790_000_025 - 3600, to: 1_790_000_025 })
})

test('one that is cancelled is not answered, and neither is one whose source is closed', async () => {
  const { session, exported, open } = await openedSession()
  session.receive({ type: 'export', id: 1, request: REQUEST })
  session.receive({ type: 'export-cancel', id: 1 })
  session.receive({ type: 'export', id: 2, request: REQUEST })
  open()
  session.receive({ type: 'export', id: 3, request: REQUEST })
  await vi.waitFor(() => expect(exported()).toHaveLength(1))
  expect(exported().map(({ id }) => id)).toEqual([3])
})

test('how large it would be is counted as it would be written', async () => {
  const { session, said } = await openedSession()
  session.receive({ type: 'ask', id: 4, question: { about: 'sizes', view: REQUEST.view } })
  expect(said.at(-1)).toEqual({ type: 'answer', id: 4, answer: { rows: 2, records: 2 } })
})
