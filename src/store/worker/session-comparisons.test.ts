import { beforeAll, expect, test, vi } from 'vitest'

import { recordLine } from '../../capture/capture-writer.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import type { CompareQuestion } from '../compare-messages.ts'
import type { FromWorker } from '../protocol.ts'
import { PageSession } from './page-session.ts'
import { SharedFeeds } from './shared-feeds.ts'

// Their first import takes longer than the second that waitFor() waits, where the machine is busy.
beforeAll(async () => {
  await import('../../source/capture-file.ts')
  await import('./compare-job.ts')
}, 60_000)

const HELD = { of: 'held', range: null } as const
const QUESTION: CompareQuestion = { about: 'compare', filter: ALL, a: HELD, b: HELD, where: 'In B' }

async function openedSession() {
  const said: FromWorker[] = []
  const session = new PageSession((message) => said.push(message), new SharedFeeds())
  const file = new File([recordLine(buildFlow())], 'flows.jsonl')
  session.receive({ type: 'open', source: { kind: 'file', file }, budget: 1e8 })
  await vi.waitFor(() =>
    expect(said.some((message) => message.type === 'status' && message.status.holdings.records === 1)).toBe(
      true,
    ),
  )
  return { session, answers: () => said.filter((message) => message.type === 'answer') }
}

test('the newest comparison alone is answered', async () => {
  const { session, answers } = await openedSession()
  session.receive({ type: 'ask', id: 1, question: QUESTION })
  session.receive({ type: 'ask', id: 2, question: QUESTION })
  await vi.waitFor(() => expect(answers()).toHaveLength(1))
  expect(answers()[0]).toMatchObject({ id: 2, answer: { ok: true, comparison: { groups: [] } } })
})

test('groups that follow are those of the comparison that was answered last', async () => {
  const { session, answers } = await openedSession()
  const groups = { about: 'groups', of: 'first', section: 'flipped', from: 0 } as const
  session.receive({ type: 'ask', id: 1, question: { ...QUESTION, channel: 'first' } })
  await vi.waitFor(() => expect(answers()).toHaveLength(1))
  session.receive({ type: 'ask', id: 2, question: groups })
  await vi.waitFor(() => expect(answers()).toHaveLength(2))
  expect(answers()[1]).toMatchObject({ id: 2, answer: { ok: true, groups: [] } })
  session.receive({ type: 'ask', id: 3, question: { ...QUESTION, channel: 'second' } })
  await vi.waitFor(() => expect(answers()).toHaveLength(3))
  session.receive({ type: 'ask', id: 4, question: groups })
  await vi.waitFor(() => expect(answers()).toHaveLength(4))
  expect(answers()[3]).toMatchObject({ id: 4, answer: { ok: false, trouble: { kind: 'refused' } } })
})

test('a comparison that cannot be made says why', async () => {
  const { session, answers } = await openedSession()
  const a = { of: 'held', range: { from: 15, to: 30 } } as const
  session.receive({ type: 'ask', id: 3, question: { ...QUESTION, a } })
  await vi.waitFor(() => expect(answers()).toHaveLength(1))
  expect(answers()[0]).toMatchObject({ id: 3, answer: { ok: false, trouble: { kind: 'refused' } } })
})
