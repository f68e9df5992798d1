// What the bridge refuses before it does anything for a request. Goldmane is in memory, and counts what reaches it.
import { type ClientRequest, request as httpRequest } from 'node:http'
import { type DescMessage, create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  FilterHintsRequestSchema,
  FilterType,
  FlowListRequestSchema,
  FlowStreamRequestSchema,
  SortBy,
  StatisticsRequestSchema,
} from '../../src/gen/goldmane/api_pb.ts'
import { bucketsAgo } from '../../src/goldmane/testing/fixture.ts'
import { bucketFill, range, startLive } from '../testing/bridge-scene.ts'
import { callWeb, frame, post } from '../testing/grpc-web-client.ts'
import { REQUEST_TIMEOUT_MS } from './request/request-message.ts'
import { StreamPlaces } from './stream-places.ts'

const LIST = 'goldmane.Flows/List'
const STREAM = 'goldmane.Flows/Stream'
const HINTS = 'goldmane.Flows/FilterHints'
const STATISTICS = 'goldmane.Statistics/List'

function encode<Desc extends DescMessage>(schema: Desc, request: MessageInitShape<Desc>): Buffer {
  return frame(Buffer.from(toBinary(schema, create(schema, request))))
}
const listOf = (request: MessageInitShape<typeof FlowListRequestSchema>) =>
  encode(FlowListRequestSchema, request)
const hintsOf = (request: MessageInitShape<typeof FilterHintsRequestSchema>) =>
  encode(FilterHintsRequestSchema, request)
const statisticsOf = (request: MessageInitShape<typeof StatisticsRequestSchema>) =>
  encode(StatisticsRequestSchema, request)
const streamOf = (request: MessageInitShape<typeof FlowStreamRequestSchema>) =>
  encode(FlowStreamRequestSchema, request)

// proto3 enums are open: a client can send any number.
const unknown = (value: number) => value as never

const NAMES = range(0, 2001).map((number) => ({ value: `name-${number}` }))

describe('a request that would crash or stall Goldmane', () => {
  test.each([
    ['a negative page', LIST, listOf({ page: -1n, pageSize: 10n }), /^page must be/],
    ['a page past all numbers', LIST, listOf({ page: 1n << 62n, pageSize: 10n }), /^page must be/],
    ['a negative page size', HINTS, hintsOf({ type: 1, pageSize: -5n }), /^page_size must be/],
    ['a page size past all numbers', HINTS, hintsOf({ type: 1, pageSize: 1n << 62n }), /^page_size must be/],
    ['a range that is reversed', LIST, listOf({ startTimeGte: -10n, startTimeLt: -20n }), /must be before/],
    [
      'a range that is empty',
      HINTS,
      hintsOf({ type: 1, startTimeGte: 9n, startTimeLt: 9n }),
      /must be before/,
    ],
    ['an end before the hour', LIST, listOf({ startTimeLt: -7200n }), /must be before/],
    [
      'a time past all numbers',
      LIST,
      listOf({ startTimeGte: -(1n << 63n) }),
      /^start_time_gte is not a time/,
    ],
    ['the same in a stream', STREAM, streamOf({ startTimeGte: 1n << 60n }), /^start_time_gte is not a time/],
    ['two orders', LIST, listOf({ sortBy: [{ sortBy: 0 }, { sortBy: 1 }] }), /^Only one sort order/],
    ['the order by DestType', LIST, listOf({ sortBy: [{ sortBy: SortBy.DestType }] }), /by DestType$/],
    ['the order by SourceType', LIST, listOf({ sortBy: [{ sortBy: SortBy.SourceType }] }), /by SourceType$/],
    ['an unknown order', LIST, listOf({ sortBy: [{ sortBy: unknown(99) }] }), /^sort_by has the value 99/],
    ['no type of hints', HINTS, hintsOf({}), /^type must be given/],
    ['an unknown type of hints', HINTS, hintsOf({ type: unknown(99) }), /^type has the value 99/],
    ['an unknown statistic', STATISTICS, statisticsOf({ type: unknown(7) }), /^type has the value 7/],
    ['an unknown grouping', STATISTICS, statisticsOf({ groupBy: unknown(7) }), /^group_by has the value 7/],
    ['statistics before the hour', STATISTICS, statisticsOf({ startTimeGte: -4000n }), /holds one hour/],
    ['statistics of the future', STATISTICS, statisticsOf({ startTimeLt: 1n << 39n }), /in the future/],
    ['too many values in a filter', LIST, listOf({ filter: { sourceNames: NAMES } }), /has 2001 values/],
    ['the same in a stream', STREAM, streamOf({ filter: { destNames: NAMES } }), /has 2001 values/],
    [
      'an unknown match',
      LIST,
      listOf({ filter: { destNames: [{ value: 'a', type: unknown(7) }] } }),
      /^type has the value 7/,
    ],
    [
      'an unknown match of a policy',
      STATISTICS,
      statisticsOf({ policyMatch: { name: { value: 'a', type: unknown(7) } } }),
      /^type has the value 7/,
    ],
  ])('%s is refused, and never reaches it', async (_, path, body, message) => {
    const scene = await startLive({ prepare: bucketFill(5, 0) })
    for (const call of ['List', 'FilterHints', 'Statistics'] as const)
      scene.goldmane.fail({ call, code: 2, message: 'this call reached Goldmane' })
    const answer = await callWeb(scene.base, { path, body })
    expect(answer).toMatchObject({ http: 200, status: 3, messages: [] })
    expect(answer.message).toMatch(message)
    expect(scene.bridge.counters.refusals.get(3)).toBe(1)
  })

  test('what it answers well passes', async () => {
    const { base } = await startLive({ prepare: bucketFill(240, 0) })
    const calls: [string, Buffer][] = [
      [LIST, listOf({})],
      [LIST, listOf({ startTimeGte: -36_000n, page: 10_000n, pageSize: 1000n })],
      [LIST, listOf({ sortBy: [{ sortBy: SortBy.DestName }], aggregationInterval: 60n })],
      [HINTS, hintsOf({ type: FilterType.FilterTypePolicyTier, pageSize: 1000n })],
      [STATISTICS, statisticsOf({ startTimeGte: BigInt(bucketsAgo(240)), timeSeries: true })],
      [STATISTICS, statisticsOf({ startTimeGte: -3600n })],
      [LIST, listOf({ filter: { destNames: NAMES.slice(1) } })],
    ]
    for (const [path, body] of calls) expect(await callWeb(base, { path, body })).toMatchObject({ status: 0 })
  })
})

describe('a body that is not one message', () => {
  const message = Buffer.from([0x18, 0x01, 0x20, 0x0a])
  const withFlags = (flags: number) => Buffer.concat([Buffer.from([flags]), frame(message).subarray(1)])
  test.each([
    ['nothing', Buffer.alloc(0), /no message/],
    ['half a head', Buffer.alloc(3), /no message/],
    ['half a message', frame(message).subarray(0, 7), /ends within its message/],
    ['two messages', Buffer.concat([frame(message), frame(message)]), /more than one message/],
    ['bytes after it', Buffer.concat([frame(message), Buffer.from([0])]), /more than one message/],
    ['a compressed message', withFlags(1), /compressed/],
    ['trailers', withFlags(0x80), /begins with trailers/],
    ['unknown flags', withFlags(0x7f), /flags 127/],
    ['another message', frame(Buffer.from('request')), /is no goldmane\.FlowListRequest/],
  ])('%s', async (_, body, words) => {
    const { base } = await startLive({ prepare: bucketFill(5, 0) })
    const answer = await callWeb(base, { path: LIST, body })
    expect(answer).toMatchObject({ status: 3, messages: [] })
    expect(answer.message).toMatch(words)
  })

  test('more than a megabyte', async () => {
    const { base } = await startLive({ prepare: bucketFill(5, 0) })
    const answer = await callWeb(base, { body: frame(Buffer.alloc(1 << 20)) })
    expect(answer).toMatchObject({ http: 413, status: 8, messages: [] })
  })
})

describe('a call that is not for Goldmane', () => {
  test.each(['goldmane.FlowCollector/Connect', 'goldmane.Flows/Delete', 'goldmane.Flows/List/'])(
    '%s is no method here',
    async (path) => {
      const { base } = await startLive({ prepare: bucketFill(5, 0) })
      expect(await callWeb(base, { path })).toMatchObject({ http: 404, status: 12 })
    },
  )

  test.each([
    'application/json',
    'application/grpc-web-text',
    'application/grpc',
    'application/grpc-web+json',
  ])('content type %s is refused', async (type) => {
    const { base } = await startLive({ prepare: bucketFill(5, 0) })
    const answer = await callWeb(base, { headers: { 'content-type': type } })
    expect(answer).toMatchObject({ http: 415, status: 12 })
  })

  test('a method is called by POST alone', async () => {
    const { base } = await startLive({ prepare: bucketFill(5, 0) })
    const response = await fetch(new URL(LIST, base))
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
  })

  test('a malformed deadline is refused', async () => {
    const { base } = await startLive({ prepare: bucketFill(5, 0) })
    expect(await callWeb(base, { headers: { 'grpc-timeout': '5 s' } })).toMatchObject({ status: 3 })
  })
})

/** A POST whose body never ends. */
function openUnfinished(base: string): {
  readonly request: ClientRequest
  readonly status: Promise<unknown>
} {
  const request = httpRequest(new URL(STREAM, base), {
    method: 'POST',
    headers: { 'content-type': 'application/grpc-web+proto', 'content-length': 100 },
  })
  const status = new Promise((resolve) => {
    request.once('response', (response) => {
      response.resume()
      resolve([response.statusCode, response.headers['grpc-status'], response.headers.connection])
    })
    request.once('error', resolve)
  })
  request.write(Buffer.from([0, 0, 0]))
  onTestFinished(() => void request.destroy())
  return { request, status }
}

describe('the places of streams', () => {
  test('unfinished bodies take none, and end after some seconds', async () => {
    const scene = await startLive({
      prepare: bucketFill(5, 0),
      places: new StreamPlaces({ streams: 3, streamsPerAddress: 3 }),
    })
    const timers = scene.clock.waiting
    const unfinished = range(0, 40).map(() => openUnfinished(scene.base))
    // A timer for each tells that its head has arrived.
    await scene.until(() => scene.clock.waiting === timers + 40)
    const viewers = range(0, 3).map(() => scene.open({ request: { startTimeGte: -3600n } }))
    await scene.until(() => viewers.every(({ results }) => results.length === 3 * 4))
    expect(scene.bridge.counters.streams).toBe(3)
    await scene.pass(REQUEST_TIMEOUT_MS)
    expect(await Promise.all(unfinished.map(({ status }) => status))).toEqual(
      range(0, 40).map(() => [408, '4', 'close']),
    )
  })

  test('a client has no more than a hundred unfinished bodies, and others are answered', async () => {
    const scene = await startLive({
      prepare: bucketFill(5, 0),
      addressOf: (request) => String(request.headers['x-client'] ?? 'greedy'),
    })
    const timers = scene.clock.waiting
    const unfinished = range(0, 101).map(() => openUnfinished(scene.base))
    expect(await Promise.race(unfinished.map((each) => each.status))).toEqual([429, '8', 'close'])
    await scene.until(() => scene.clock.waiting === timers + 100)
    expect(await callWeb(scene.base, { headers: { 'x-client': 'other' } })).toMatchObject({ status: 0 })
    expect(await callWeb(scene.base)).toMatchObject({ http: 429, status: 8 })
    await scene.pass(REQUEST_TIMEOUT_MS)
    await Promise.all(unfinished.map((each) => each.status))
    expect(await callWeb(scene.base)).toMatchObject({ status: 0 })
  })

  test('an unfinished body whose browser leaves leaves nothing behind', async () => {
    const scene = await startLive({ prepare: bucketFill(5, 0) })
    const timers = scene.clock.waiting
    const { request } = openUnfinished(scene.base)
    await scene.until(() => scene.clock.waiting === timers + 1)
    request.destroy()
    await scene.until(() => scene.clock.waiting === timers)
  })

  test('one more than the limit is refused, and one that leaves makes room', async () => {
    const scene = await startLive({
      prepare: bucketFill(5, 0),
      places: new StreamPlaces({ streams: 4, streamsPerAddress: 10 }),
    })
    const viewers = range(0, 4).map(() => scene.open())
    await scene.until(() => viewers.every(({ hasHeaders }) => hasHeaders))
    const refused = await callWeb(scene.base, { path: STREAM })
    expect(refused).toMatchObject({ status: 8, messages: [] })
    expect(refused.message).toContain('serves no more than 4 streams at a time: close a page')
    viewers[0]?.close()
    await scene.until(() => scene.bridge.counters.streams === 3)
    const another = scene.open()
    await scene.until(() => another.freshness.length > 0)
  })

  test('one client cannot take them all', async () => {
    const scene = await startLive({
      prepare: bucketFill(5, 0),
      places: new StreamPlaces({ streams: 10, streamsPerAddress: 2 }),
      addressOf: (request) => String(request.headers['x-client']),
    })
    // Addresses of one IPv6 network are one client's.
    const greedy = range(1, 3).map((host) => scene.open({ headers: { 'x-client': `2001:db8:1:2::${host}` } }))
    await scene.until(() => greedy.every(({ hasHeaders }) => hasHeaders))
    const refused = await post(scene.base, { path: STREAM, headers: { 'x-client': '2001:db8:1:2:3::' } })
    expect(refused.headers.get('grpc-status')).toBe('8')
    const other = scene.open({ headers: { 'x-client': '2001:db8:1:3::1' } })
    await scene.until(() => other.freshness.length > 0)
  })

  test('a refused request takes none', async () => {
    const places = new StreamPlaces()
    const scene = await startLive({ prepare: bucketFill(5, 0), places })
    await callWeb(scene.base, { path: STREAM, body: streamOf({ filter: { destNames: NAMES } }) })
    await callWeb(scene.base, { path: STREAM, body: Buffer.alloc(0) })
    expect(places.taken).toBe(0)
  })
})
