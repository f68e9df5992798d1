import { describe, expect, test } from 'vitest'
import { GRPC_CODES, GrpcError } from './grpc-error.ts'
import type { GrpcCode } from './grpc-error.ts'
import { HttpError, NetworkError } from './network.ts'
import { goldmaneAway, goldmaneSilent, TroubleError, toTrouble } from './trouble.ts'
import type { TroubleKind } from './trouble.ts'

/** Repeats the table of trouble.ts on purpose: a change of what is retried must be made twice. */
const OF_CODE: Record<GrpcCode, readonly [TroubleKind, 'again' | 'stop', RegExp]> = {
  OK: ['bug', 'stop', /Flowtrace itself/],
  CANCELLED: ['offline', 'again', /cancelled/],
  UNKNOWN: ['refused', 'again', /words below/],
  INVALID_ARGUMENT: ['bug', 'stop', /did not understand/],
  DEADLINE_EXCEEDED: ['offline', 'again', /too long/],
  NOT_FOUND: ['refused', 'stop', /nothing of what was asked/],
  ALREADY_EXISTS: ['bug', 'stop', /Flowtrace itself/],
  PERMISSION_DENIED: ['refused', 'stop', /does not allow/],
  RESOURCE_EXHAUSTED: ['refused', 'again', /limits/],
  FAILED_PRECONDITION: ['refused', 'stop', /not in a state/],
  ABORTED: ['offline', 'again', /gave up/],
  OUT_OF_RANGE: ['refused', 'stop', /one hour/],
  UNIMPLEMENTED: ['unsupported', 'stop', /not a gRPC-web endpoint/],
  INTERNAL: ['offline', 'again', /broke between/],
  UNAVAILABLE: ['offline', 'again', /cannot be reached/],
  DATA_LOSS: ['bad-data', 'again', /cannot be read/],
  UNAUTHENTICATED: ['login', 'stop', /who is asking/],
}

describe('the trouble of a gRPC code', () => {
  test.each(GRPC_CODES.map((code) => [code, ...OF_CODE[code]] as const))(
    '%s is %s, %s',
    (code, kind, again, say) => {
      expect(toTrouble(new GrpcError(code, 'no luck'))).toEqual({
        kind,
        say: expect.stringMatching(say),
        detail: `${code}: no luck`,
        retry: again === 'again',
        code,
      })
    },
  )

  test('has a sentence without the code and without the message', () => {
    for (const code of GRPC_CODES) {
      const { say } = toTrouble(new GrpcError(code, 'x'))
      expect(say).toMatch(/^[A-Z][^_]*\.$/)
      expect(say).not.toContain(code)
    }
  })

  test('without a message has the code alone as its detail', () => {
    expect(toTrouble(new GrpcError('UNAVAILABLE', '')).detail).toBe('UNAVAILABLE')
  })
})

test('the gateway’s message, which names the cause, is the sentence and not repeated as the detail', () => {
  const cause = 'Goldmane cannot be reached. TLS: the certificate of goldmane:7443 has expired'
  expect(toTrouble(new GrpcError('UNAVAILABLE', cause))).toEqual({
    kind: 'offline',
    say: `${cause}.`,
    detail: null,
    retry: true,
    code: 'UNAVAILABLE',
  })
})

test.each([
  [
    'The name goldmane was not found in DNS (ENOTFOUND)',
    'The name goldmane was not found in DNS',
    'ENOTFOUND',
  ],
  [
    'TLS: a:7443 refused the client certificate (ERR_SSL_X); ours expired on 2026-01-01',
    'TLS: a:7443 refused the client certificate; ours expired on 2026-01-01',
    'ERR_SSL_X',
  ],
  ['Goldmane ended the stream (INTERNAL: no luck)', 'Goldmane ended the stream (no luck)', 'INTERNAL'],
  ['Goldmane ended the stream (INTERNAL: )', 'Goldmane ended the stream', 'INTERNAL'],
])('the code in “%s” is the detail', (cause, say, detail) => {
  const { say: said, detail: told } = goldmaneAway(cause)
  expect(said.replace('Goldmane cannot be reached. ', '')).toBe(`${say}.`)
  expect(told).toBe(detail)
})

test('a gateway that lost Goldmane has the words of a call that it refuses, for the same cause', () => {
  const refused = new GrpcError('UNAVAILABLE', 'Goldmane cannot be reached. No DNS entry for goldmane')
  expect(goldmaneAway('No DNS entry for goldmane')).toEqual(toTrouble(refused))
  expect(goldmaneAway(null).say).toBe('Goldmane cannot be reached; check that Goldmane and the gateway run.')
})

test('a Goldmane that refuses is not said to be out of reach', () => {
  expect(goldmaneAway('Goldmane has too many streams').say).toBe('Goldmane has too many streams.')
})

test('a Goldmane that does not answer is named, with the cause if it is known', () => {
  expect(goldmaneSilent('Goldmane has not answered since 10:00:00 UTC').say).toBe(
    'Goldmane has not answered since 10:00:00 UTC.',
  )
  expect(goldmaneSilent(null).say).toBe('Goldmane does not answer.')
})

describe('the trouble of an HTTP status', () => {
  test.each<[number, TroubleKind, boolean, RegExp]>([
    [400, 'refused', false, /refused the request/],
    [401, 'login', false, /who is asking/],
    [403, 'refused', false, /does not allow/],
    [404, 'refused', false, /does not have this file/],
    [408, 'offline', true, /too long/],
    [410, 'refused', false, /does not have this file/],
    [429, 'refused', true, /limits/],
    [500, 'offline', true, /failed to answer/],
    [502, 'offline', true, /failed to answer/],
    [503, 'offline', true, /failed to answer/],
  ])('%i is %s', (status, kind, retry, say) => {
    const trouble = toTrouble(new HttpError(status, 'http://127.0.0.1/capture'))
    expect(trouble).toEqual({
      kind,
      retry,
      say: expect.stringMatching(say),
      detail: `HTTP ${status} for http://127.0.0.1/capture`,
    })
  })
})

describe('the trouble of another error', () => {
  test.each([
    ['Chromium', 'Failed to fetch'],
    ['Firefox', 'NetworkError when attempting to fetch resource.'],
    ['Safari', 'Load failed'],
    ['Node', 'fetch failed'],
    ['a body that breaks off', 'network error'],
  ])('a failed fetch with the message of %s is offline', (_, message) => {
    expect(toTrouble(new TypeError(message))).toMatchObject({ kind: 'offline', retry: true, detail: message })
  })

  test('a connection that failed is offline', () => {
    expect(toTrouble(new NetworkError('refused'))).toMatchObject({ kind: 'offline', retry: true })
  })

  test('any other TypeError is a bug, not a failed connection', () => {
    const error = new TypeError("Cannot read properties of undefined (reading 'x')")
    expect(toTrouble(error)).toMatchObject({ kind: 'bug', retry: false, detail: error.message })
  })

  test('an abort is not retried', () => {
    expect(toTrouble(AbortSignal.abort().reason)).toMatchObject({ kind: 'offline', retry: false })
  })

  test('a timeout is retried', () => {
    expect(toTrouble(new DOMException('late', 'TimeoutError'))).toMatchObject({
      kind: 'offline',
      retry: true,
    })
  })

  test.each(['NotFoundError', 'NotReadableError'])(
    'a file that can no longer be read (%s) must be opened again',
    (name) => {
      expect(toTrouble(new DOMException('gone', name))).toMatchObject({
        kind: 'bad-data',
        retry: false,
        say: expect.stringContaining('Open it again'),
      })
    },
  )

  test('a full storage quota is a refusal', () => {
    expect(toTrouble(new DOMException('full', 'QuotaExceededError'))).toMatchObject({ kind: 'refused' })
  })

  test('the trouble of a TroubleError is returned unchanged', () => {
    const trouble = { kind: 'unsupported', say: 'This is a picture.', detail: 'PNG', retry: false } as const
    expect(toTrouble(new TroubleError(trouble))).toEqual(trouble)
    expect(new TroubleError(trouble).message).toBe('This is a picture. (PNG)')
  })

  test.each([
    [null, null],
    [undefined, null],
    [42, null],
    ['', null],
    ['a text', 'a text'],
    [{ name: 7, message: 8 }, null],
    [new Error(''), null],
    [new Error('odd'), 'odd'],
  ])('any other thrown value, such as %o, is a bug with its message as the detail', (thrown, detail) => {
    expect(toTrouble(thrown)).toMatchObject({ kind: 'bug', retry: false, detail })
  })
})
