import { expect, test } from 'vitest'

import { ALL } from '../filter/tree/expression.ts'
import { buildEndOfTier, buildKey } from '../flows/testing/build.ts'
import { fetchHistogram, fetchHits, fetchSeen } from './history-queries.ts'
import { toTrouble } from './trouble.ts'

const ENDPOINT = 'http://server/'
const { signal } = new AbortController()

function answering(
  json: unknown,
  status = 200,
): { readonly asked: string[]; readonly fetcher: typeof fetch } {
  const asked: string[] = []
  return {
    asked,
    fetcher: async (url) => {
      asked.push(url as string)
      return Response.json(json, { status })
    },
  }
}

const SEEN = {
  from: 1,
  verdicts: [
    { reporter: 'Src', action: 'Deny', hit: buildEndOfTier('default-deny'), first: 2, last: 9, records: 3 },
    { reporter: 'Unknown(7)', action: 'Allow', hit: null, first: 2, last: 9, records: 3 },
  ],
  omitted: 0,
  incomplete: null,
}

test('since when names the conversation, and gives its verdicts', async () => {
  const { asked, fetcher } = answering(SEEN)
  expect(await fetchSeen(ENDPOINT, buildKey(), signal, fetcher)).toEqual(SEEN)
  expect(asked).toEqual([
    'http://server/history/seen?src_ns=frontend&src=web-*&dst_ns=backend&dst=api-*&proto=tcp&port=80',
  ])
})

test.each([
  null,
  { ...SEEN, verdicts: [{ ...SEEN.verdicts[0], action: 'Frobnicate' }] },
  { ...SEEN, verdicts: [{ ...SEEN.verdicts[0], first: 'yesterday' }] },
  { ...SEEN, from: undefined },
])('an answer that is none is bad data: %j', async (json) => {
  const { fetcher } = answering(json)
  const error: unknown = await fetchSeen(ENDPOINT, buildKey(), signal, fetcher).catch(
    (thrown: unknown) => thrown,
  )
  expect(toTrouble(error).kind).toBe('bad-data')
})

test('a refusal keeps the words of the gateway', async () => {
  const { fetcher } = answering({ say: 'Others are reading the history now. Try again.' }, 503)
  const error: unknown = await fetchSeen(ENDPOINT, buildKey(), signal, fetcher).catch(
    (thrown: unknown) => thrown,
  )
  expect(toTrouble(error).say).toBe('Others are reading the history now. Try again.')
})

test('bars are asked for with their number', async () => {
  const bars = { from: 0, width: 15, bars: [{ start: 0, action: 'Allow', records: 4 }], incomplete: null }
  const { asked, fetcher } = answering(bars)
  const range = { from: 0, to: 60 }
  expect(await fetchHistogram({ endpoint: ENDPOINT, range, scope: ALL }, 99, signal, fetcher)).toEqual(bars)
  expect(asked).toEqual(['http://server/history/histogram?from=0&to=60&bars=99'])
})

const HITS = {
  from: 0,
  to: 7200,
  recorded: { first: 0, last: 3600, hours: 1, ofHours: 2 },
  gaps: [{ from: 0, to: 60, cause: 'The gateway did not run' }],
  hits: [
    {
      reporter: 'Src',
      stage: 'enforced',
      hit: buildEndOfTier('default-deny'),
      first: 2,
      last: 9,
      records: 3,
    },
  ],
  omitted: 0,
  incomplete: null,
}

test('hits are asked for in whole seconds, and an answer of another version is bad data', async () => {
  const range = { from: 0.5, to: 7199.5 }
  const { asked, fetcher } = answering(HITS)
  expect(await fetchHits(ENDPOINT, range, signal, fetcher)).toEqual(HITS)
  expect(asked).toEqual(['http://server/history/hits?from=0&to=7200'])
  const other = answering({ ...HITS, recorded: undefined })
  const error: unknown = await fetchHits(ENDPOINT, range, signal, other.fetcher).catch(
    (thrown: unknown) => thrown,
  )
  expect(toTrouble(error).kind).toBe('bad-data')
})

test('a range that is refused as too large keeps the words of the gateway', async () => {
  const { fetcher } = answering({ say: 'This is more than one answer may read.' }, 413)
  const error: unknown = await fetchHits(ENDPOINT, { from: 0, to: 1 }, signal, fetcher).catch(
    (thrown: unknown) => thrown,
  )
  expect(toTrouble(error).say).toBe('This is more than one answer may read.')
})
