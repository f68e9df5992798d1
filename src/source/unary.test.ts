import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  FilterHintsResultSchema,
  FilterType,
  FlowListRequestSchema,
  FlowListResultSchema,
  StatisticsResultSchema,
} from '../gen/goldmane/api_pb.ts'
import { encodeFrame, TRAILERS_FLAG } from './grpc-web-frame.ts'
import { filterHints, listFlows, statistics } from './unary.ts'

/** An answer of the server; status 0 stands for a failed connection. */
interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: readonly Uint8Array[]
}

/** The part of XMLHttpRequest that grpc-web uses: gives the test's answer, or none until it is aborted. */
class ScriptedXhr {
  static answer: Answer | null = null
  static sent: ScriptedXhr[] = []

  readyState = 0
  status = 0
  statusText = ''
  response: ArrayBuffer | null = null
  responseType = ''
  onreadystatechange: (() => void) | null = null
  url = ''
  aborted = false
  readonly requestHeaders = new Headers()
  body = new Uint8Array()
  #headers: Readonly<Record<string, string>> = {}

  open(_method: string, url: string): void {
    this.url = url
    this.#enter(1)
  }

  setRequestHeader(name: string, value: string): void {
    this.requestHeaders.set(name, value)
  }

  send(body: Uint8Array<ArrayBuffer>): void {
    this.body = body
    ScriptedXhr.sent.push(this)
    const { answer } = ScriptedXhr
    if (answer) queueMicrotask(() => this.#arrive(answer))
  }

  abort(): void {
    this.aborted = true
    this.#enter(4)
  }

  getResponseHeader(name: string): string | null {
    return this.#headers[name.toLowerCase()] ?? null
  }

  getAllResponseHeaders(): string {
    return Object.entries(this.#headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')
  }

  #arrive({ status = 200, headers = GRPC_WEB, body = [] }: Answer): void {
    this.status = status
    this.#headers = status === 0 ? {} : headers
    this.#enter(2)
    this.#enter(3)
    this.response = new Uint8Array(body.flatMap((part) => Array.from(part))).buffer
    this.#enter(4)
  }

  #enter(readyState: number): void {
    this.readyState = readyState
    this.onreadystatechange?.()
  }
}

const ENDPOINT = 'http://127.0.0.1:8081/sub/'
const GRPC_WEB = { 'content-type': 'application/grpc-web+proto' }
const OK = encodeFrame(new TextEncoder().encode('grpc-status: 0\r\n'), TRAILERS_FLAG)

function trailers(status: number, message: string): Uint8Array {
  return encodeFrame(
    new TextEncoder().encode(`grpc-status: ${status}\r\ngrpc-message: ${message}\r\n`),
    TRAILERS_FLAG,
  )
}

const twoFlows = encodeFrame(
  toBinary(
    FlowListResultSchema,
    create(FlowListResultSchema, {
      meta: { totalPages: 1n, totalResults: 2n },
      flows: [{ id: 1n }, { id: 2n, flow: { bytesIn: 9_007_199_254_740_993n } }],
    }),
  ),
)

const askStatistics = () => statistics(ENDPOINT, {}, new AbortController().signal)
const statistic = (packets: bigint) =>
  encodeFrame(
    toBinary(StatisticsResultSchema, create(StatisticsResultSchema, { allowedIn: packets ? [packets] : [] })),
  )
const list = () => listFlows(ENDPOINT, {}, new AbortController().signal)

beforeEach(() => {
  ScriptedXhr.answer = null
  ScriptedXhr.sent = []
  vi.stubGlobal('XMLHttpRequest', ScriptedXhr)
})
afterEach(() => void vi.unstubAllGlobals())

describe('a bounded call', () => {
  test('sends the request in binary gRPC-web to the method under the endpoint', async () => {
    ScriptedXhr.answer = { body: [twoFlows, OK] }
    await listFlows(ENDPOINT, { startTimeGte: -900n, pageSize: 50n }, new AbortController().signal)
    const [xhr] = ScriptedXhr.sent
    expect(xhr?.url).toBe('http://127.0.0.1:8081/sub/goldmane.Flows/List')
    expect(xhr?.requestHeaders.get('content-type')).toBe('application/grpc-web+proto')
    expect(xhr?.requestHeaders.get('x-grpc-web')).toBe('1')
    const request = fromBinary(FlowListRequestSchema, xhr?.body.subarray(5) ?? new Uint8Array())
    expect(request).toMatchObject({ startTimeGte: -900n, pageSize: 50n })
  })

  test('gives the result, 64-bit numbers exact', async () => {
    ScriptedXhr.answer = { body: [twoFlows, OK] }
    const result = await list()
    expect(result.meta?.totalResults).toBe(2n)
    expect(result.flows.map((flow) => flow.flow?.bytesIn)).toEqual([undefined, 9_007_199_254_740_993n])
  })

  test('gives filter hints', async () => {
    const hints = create(FilterHintsResultSchema, { hints: [{ value: '' }, { value: 'backend' }] })
    ScriptedXhr.answer = { body: [encodeFrame(toBinary(FilterHintsResultSchema, hints)), OK] }
    const request = { type: FilterType.FilterTypeDestNamespace }
    const result = await filterHints(ENDPOINT, request, new AbortController().signal)
    expect(result.hints.map((hint) => hint.value)).toEqual(['', 'backend'])
    expect(ScriptedXhr.sent[0]?.url).toMatch(/\/goldmane\.Flows\/FilterHints$/)
  })

  test('takes an answer of more than the 4 MiB that grpc-web allows by itself', async () => {
    const labels = Array.from({ length: 1200 }, (_, at) => `label-${at}=${'x'.repeat(4000)}`)
    const big = create(FlowListResultSchema, { flows: [{ id: 1n, flow: { sourceLabels: labels } }] })
    ScriptedXhr.answer = { body: [encodeFrame(toBinary(FlowListResultSchema, big)), OK] }
    expect((await list()).flows[0]?.flow?.sourceLabels).toHaveLength(1200)
  })
})

describe('statistics', () => {
  test('are collected to the end', async () => {
    ScriptedXhr.answer = { body: [statistic(1n), statistic(2n), OK] }
    expect((await askStatistics()).map((one) => one.allowedIn)).toEqual([[1n], [2n]])
    expect(ScriptedXhr.sent[0]?.url).toMatch(/\/goldmane\.Statistics\/List$/)
  })

  test('that Goldmane does not find, after one empty result, are none', async () => {
    ScriptedXhr.answer = { body: [statistic(0n), trailers(5, 'no%20statistics')] }
    expect(await askStatistics()).toEqual([])
  })

  test('outside the ring are an error with the words of Goldmane', async () => {
    ScriptedXhr.answer = { body: [trailers(2, 'failed%20to%20find%20bucket')] }
    await expect(askStatistics()).rejects.toMatchObject({ code: 'UNKNOWN', message: 'failed to find bucket' })
  })
})

describe('an answer that fails', () => {
  test.each<[string, Answer, string, RegExp]>([
    ['says so in its trailers', { body: [trailers(7, 'not%20you')] }, 'PERMISSION_DENIED', /^not you$/],
    [
      'says so in its headers alone',
      { headers: { ...GRPC_WEB, 'grpc-status': '8', 'grpc-message': 'too%20many' } },
      'RESOURCE_EXHAUSTED',
      /^too many$/,
    ],
    ['is cut off before the status', { body: [twoFlows] }, 'UNAVAILABLE', /without a status/],
    ['is cut off within the result', { body: [twoFlows.subarray(0, 9)] }, 'UNAVAILABLE', /without a status/],
    ['has no result', { body: [OK] }, 'DATA_LOSS', /0 came/],
    ['has two results', { body: [twoFlows, twoFlows, OK] }, 'DATA_LOSS', /2 came/],
    ['does not parse', { body: [encodeFrame(Uint8Array.of(0x0a, 0xff)), OK] }, 'DATA_LOSS', /FlowListResult/],
    ['is not framed', { body: [Uint8Array.of(0x42, 0, 0, 0, 0)] }, 'DATA_LOSS', /parsing/],
    ['is a page', { headers: { 'content-type': 'text/html' } }, 'UNIMPLEMENTED', /gRPC-web/],
    [
      'is a bad gateway',
      { status: 502, headers: { 'content-type': 'text/html' } },
      'UNAVAILABLE',
      /HTTP 502/,
    ],
    ['is unauthorised', { status: 401, headers: {} }, 'UNAUTHENTICATED', /HTTP 401/],
    ['never came', { status: 0 }, 'UNAVAILABLE', /nobody answered/],
  ])('because it %s', async (_, answer, code, message) => {
    ScriptedXhr.answer = answer
    await expect(list()).rejects.toMatchObject({
      name: 'GrpcError',
      code,
      message: expect.stringMatching(message),
    })
  })
})

describe('an abort', () => {
  test('cancels the request and throws its reason', async () => {
    const abort = new AbortController()
    const waiting = listFlows(ENDPOINT, {}, abort.signal)
    const reason = new Error('another filter')
    // The request leaves in this turn or the next; an abort is heeded either way.
    await Promise.resolve()
    abort.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    expect(ScriptedXhr.sent[0]?.aborted).toBe(true)
  })

  test('before the call sends nothing', async () => {
    await expect(listFlows(ENDPOINT, {}, AbortSignal.abort(new Error('no')))).rejects.toThrow('no')
    expect(ScriptedXhr.sent).toEqual([])
  })
})
