import { describe, expect, test } from 'vitest'

import { headerLine, recordLine } from '../capture/capture-writer.ts'
import { EMPTY_HEADER } from '../capture/format/capture-header.ts'
import { parse } from '../filter/language/parse-query.ts'
import { ALL } from '../filter/tree/expression.ts'
import { buildFlow } from '../flows/testing/build.ts'
import { openHistory } from './history-records.ts'
import type { HistorySource } from './history-url.ts'
import { toTrouble } from './trouble.ts'

const FROM = 1_790_000_000
const SOURCE: HistorySource = {
  kind: 'history',
  endpoint: 'http://server/clusters/lab/',
  range: { from: FROM, to: FROM + 1000 },
  scope: ALL,
}

function open(source: HistorySource, answer: (url: string) => Response) {
  const fetcher: typeof fetch = async (url) => answer(url as string)
  return openHistory(source, new AbortController().signal, fetcher)
}

async function refusalOf(response: Response) {
  return toTrouble(await open(SOURCE, () => response).catch((error: unknown) => error))
}

describe('a range of the history', () => {
  test('is asked for with its scope below the address of the cluster', async () => {
    let asked = ''
    const parsed = parse('dst.ns = backend')
    const scope = parsed.ok ? parsed.expression : ALL
    await open({ ...SOURCE, scope }, (url) => {
      asked = url
      return new Response('')
    })
    expect(asked).toBe(
      `http://server/clusters/lab/history/records?from=${FROM}&to=${FROM + 1000}&filter=dst.ns+%3D+backend`,
    )
  })

  test('is read with its header, and counts seconds', async () => {
    const flows = [0, 500, 985].map((at) => buildFlow({}, { startTime: FROM + at, endTime: FROM + at + 15 }))
    const text = headerLine({ ...EMPTY_HEADER, step: 3600 }) + flows.map((flow) => recordLine(flow)).join('')
    const { total, batches } = await open(SOURCE, () => new Response(text))
    expect(total).toBe(1000)
    const { value: batch } = await batches.next()
    if (batch === undefined) throw new Error('nothing was read')
    expect(batch.flows).toEqual(flows)
    expect(batch.headers[0]?.step).toBe(3600)
    expect(batch.bytesRead).toBe(985)
  })

  test('is refused in the words of the gateway, with the range that would do', async () => {
    const narrower = { from: FROM + 500, to: FROM + 1000 }
    const trouble = await refusalOf(Response.json({ say: 'Too much.', narrower }, { status: 413 }))
    expect(trouble).toMatchObject({ say: 'Too much.', narrower })
    const odd = await refusalOf(
      Response.json({ say: 'Too much.', narrower: { from: 2, to: 1 } }, { status: 413 }),
    )
    expect(odd.narrower).toBeUndefined()
  })

  test('asks for a login as any other call, and has a sentence for an answer that is none', async () => {
    expect((await refusalOf(Response.json({ say: 'Log in.' }, { status: 401 }))).kind).toBe('login')
    expect((await refusalOf(new Response('<html>', { status: 502 }))).say).toContain('failed to answer')
  })
})
