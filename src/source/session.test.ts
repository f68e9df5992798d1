import { describe, expect, test } from 'vitest'
import { HttpError } from './network.ts'
import { fetchSession, logIn, logOut } from './session.ts'

const BASE = 'http://127.0.0.1:8081/flowtrace/?q=1'
const signal = new AbortController().signal

interface Asked {
  readonly url: string
  readonly method: string
  readonly body: string | null
}

/** A server with one answer, and what it was asked. */
function serverThat(answer: () => Response | Promise<Response>) {
  const asked: Asked[] = []
  const fetcher: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    asked.push({ url: request.url, method: request.method, body: await request.text() })
    return answer()
  }
  return { asked, fetcher }
}

const json = (status: number, content: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(content), { status, headers })
const offline = () => Promise.reject(new TypeError('Failed to fetch'))

describe('the session', () => {
  test('is asked for beside the page', async () => {
    const answer = { mode: 'kubernetes', user: 'jane', loggedIn: true, hint: 'kubectl create token x' }
    const { asked, fetcher } = serverThat(() => json(200, answer))
    expect(await fetchSession(BASE, signal, fetcher)).toEqual(answer)
    expect(asked.map(({ url }) => url)).toEqual(['http://127.0.0.1:8081/flowtrace/session'])
  })

  test('without a hint has none', async () => {
    const { fetcher } = serverThat(() => json(200, { mode: 'token', user: null, loggedIn: false }))
    expect((await fetchSession(BASE, signal, fetcher)).hint).toBeNull()
  })

  test('of a server without that route needs no login', async () => {
    const { fetcher } = serverThat(() => new Response('Not found', { status: 404 }))
    expect(await fetchSession(BASE, signal, fetcher)).toMatchObject({ mode: 'none', loggedIn: true })
  })

  test.each([
    ['a page of HTML', () => new Response('<!doctype html>', { status: 200 })],
    ['a refusal', () => new Response('', { status: 401 })],
    ['a mode that is not known', () => json(200, { mode: 'magic', user: null, loggedIn: false })],
  ])('answered by %s is that of a login in front of the server', async (_, answer) => {
    const { fetcher } = serverThat(answer)
    expect(await fetchSession(BASE, signal, fetcher)).toMatchObject({ mode: 'proxy', loggedIn: false })
  })

  test('of a server that fails is an error', async () => {
    const { fetcher } = serverThat(() => new Response('', { status: 502 }))
    await expect(fetchSession(BASE, signal, fetcher)).rejects.toBeInstanceOf(HttpError)
  })
})

describe('logging in', () => {
  test('posts the token', async () => {
    const { asked, fetcher } = serverThat(() => new Response(null, { status: 204 }))
    expect(await logIn(BASE, 'secret', signal, fetcher)).toEqual({ ok: true })
    expect(asked).toEqual([
      { url: 'http://127.0.0.1:8081/flowtrace/login', method: 'POST', body: '{"token":"secret"}' },
    ])
  })

  test.each<[string, () => Response | Promise<Response>, RegExp, number]>([
    ['in the server’s words', () => json(401, { say: 'This token ran out.' }), /^This token ran out\.$/, 0],
    ['without words', () => new Response('', { status: 401 }), /refused this token/, 0],
    ['with a pause', () => json(429, {}, { 'retry-after': '24' }), /too many/, 24],
    ['with a pause of unknown length', () => json(429, {}), /too many/, 30],
    ['with a pause beyond reason', () => json(429, {}, { 'retry-after': '99999999' }), /too many/, 3600],
    ['by a server that fails', () => new Response('', { status: 500 }), /failed to answer/, 0],
    ['by nobody', offline, /cannot be reached/, 0],
  ])('is refused %s', async (_, answer, say, waitSeconds) => {
    const { fetcher } = serverThat(answer)
    const result = await logIn(BASE, 'x', signal, fetcher)
    expect(result).toEqual({ ok: false, say: expect.stringMatching(say), waitSeconds })
  })

  test('is aborted by its signal', async () => {
    const { fetcher } = serverThat(offline)
    await expect(logIn(BASE, 'x', AbortSignal.abort(new Error('gone')), fetcher)).rejects.toThrow('gone')
  })
})

describe('logging out', () => {
  test.each([204, 401])('is done when the server answers %d', async (status) => {
    const { asked, fetcher } = serverThat(() => new Response(null, { status }))
    expect(await logOut(BASE, signal, fetcher)).toBeNull()
    expect(asked[0]).toMatchObject({ url: 'http://127.0.0.1:8081/flowtrace/logout', method: 'POST' })
  })

  test.each([offline, () => new Response('', { status: 500 })])('that fails says so', async (answer) => {
    const { fetcher } = serverThat(answer)
    expect(await logOut(BASE, signal, fetcher)).toMatch(/^You are still logged in\. The server/)
  })
})
