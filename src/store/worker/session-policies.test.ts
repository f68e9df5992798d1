import { beforeAll, expect, test, vi } from 'vitest'

import { writeFlow } from '../../capture/write.ts'
import { ensure } from '../../lib/assert.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { policyText } from '../../policy/testing/shop-cluster.ts'
import type { PolicyNews, PolicyOrder } from '../policy-messages.ts'
import { PageSession } from './page-session.ts'
import { SharedFeeds } from './shared-feeds.ts'

beforeAll(async () => {
  await Promise.all([import('./policy-desk.ts'), import('../../source/capture-file.ts')])
}, 60_000)

const DOCUMENTS = [
  {
    name: 'web.yaml',
    text: policyText('web', 'selector: app == "web", types: [Egress], egress: [{ action: Deny }]'),
  },
]

test('a session keeps its policies whatever source is open, or none', async () => {
  const news = new Map<number, PolicyNews>()
  let readings = 0
  const session = new PageSession((message) => {
    if (message.type === 'policies') news.set(message.id, message.news)
    if (message.type === 'status' && message.status.source.state === 'loaded') readings++
  }, new SharedFeeds())
  let lastId = 0
  const ask = async (order: PolicyOrder): Promise<PolicyNews> => {
    const id = ++lastId
    session.receive({ type: 'policies', id, order })
    await vi.waitFor(() => expect(news.has(id)).toBe(true))
    return ensure(news.get(id), 'news')
  }
  const open = async () => {
    const before = readings
    const file = new File([writeFlow(buildFlow())], 'flows.jsonl')
    session.receive({ type: 'open', source: { kind: 'file', file }, budget: 2 ** 26 })
    await vi.waitFor(() => expect(readings).toBeGreaterThan(before))
  }
  const run = { order: 'run', request: { scope: null, stage: 'enforced' } } as const

  expect(await ask({ order: 'load', documents: DOCUMENTS })).toMatchObject({ news: 'loaded' })
  expect(await ask(run)).toMatchObject({ news: 'failed' })
  for (let opening = 0; opening < 2; opening++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await open()
    // oxlint-disable-next-line no-await-in-loop -- as above
    const { result } = (await ask(run)) as Extract<PolicyNews, { news: 'ran' }>
    expect(result.counts['allow-to-deny']).toMatchObject({ keys: 1, groups: 1 })
  }
  expect(await ask({ order: 'hold', load: 1 })).toEqual({ news: 'held', held: true })
  session.receive({ type: 'close' })
  expect(await ask(run)).toMatchObject({ news: 'failed' })
  expect(await ask({ order: 'hold', load: 1 })).toEqual({ news: 'held', held: true })
})
