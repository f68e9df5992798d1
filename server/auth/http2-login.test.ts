/** The mode `token` over TLS, with HTTP/2 as browsers speak it and with HTTP/1.1 beside it. */
import { writeFile } from 'node:fs/promises'
import {
  connect,
  createSecureServer,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { checkHost, checkOrigin } from '../gateway/access.ts'
import { answerJson } from '../lib/http-message.ts'
import { silentLog } from '../lib/log.ts'
import { createAuthority } from '../testing/certificates.ts'
import { listenOnLoopback } from '../testing/listen-on-loopback.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { answerRefusal, Refusal } from './access-refusal.ts'
import { createAuthenticator } from './authenticator.ts'

const TOKEN = 'correct-horse-battery-staple'

/** A session with a server that guards every path; closed when the test ends. */
async function start(): Promise<{ readonly session: ClientHttp2Session; readonly host: string }> {
  const tokenFile = join(await temporaryFolder(), 'token')
  await writeFile(tokenFile, TOKEN)
  const auth = createAuthenticator({ mode: 'token', tokenFile }, { log: silentLog, clock: systemClock })
  const rules = { allowedHosts: [], allowsAnyHost: false, proxies: auth.proxies }
  const authority = await createAuthority('test')
  const server = createSecureServer(
    { ...(await authority.server('127.0.0.1')), allowHTTP1: true },
    (request, response) => {
      const refusal = checkHost(request, rules) ?? checkOrigin(request, rules)
      if (refusal !== null) return answerRefusal(response, refusal)
      if (auth.handle(request, response, request.url)) return undefined
      void auth.authenticate(request).then((viewer) => {
        if (viewer instanceof Refusal) answerRefusal(response, viewer)
        else answerJson(response, 200, {})
      })
      return undefined
    },
  )
  const host = `127.0.0.1:${await listenOnLoopback(server)}`
  const session = connect(`https://${host}`, { ca: authority.ca })
  onTestFinished(() => {
    session.destroy()
    server.close()
  })
  return { session, host }
}

interface Answer {
  readonly status: unknown
  readonly cookie: string
  readonly body: string
}

async function send(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: string,
): Promise<Answer> {
  const stream = session.request(headers, { endStream: body === undefined })
  let answer: IncomingHttpHeaders = {}
  stream.once('response', (received) => {
    answer = received
  })
  stream.end(body)
  const received = await text(stream)
  return { status: answer[':status'], cookie: answer['set-cookie']?.join() ?? '', body: received }
}

const LOGIN = { ':method': 'POST', ':path': '/login', 'content-type': 'application/json' }

test('a session over TLS is bound to its host, and lets in', async () => {
  const { session, host } = await start()
  const origin = `https://${host}`
  const { status, cookie } = await send(session, { ...LOGIN, origin }, JSON.stringify({ token: TOKEN }))
  expect(status).toBe(204)
  expect(cookie).toMatch(
    /^__Host-flowtrace-\d+=[\w-]{43}; Path=\/; Secure; Max-Age=43200; HttpOnly; SameSite=Strict$/,
  )
  const own = { ':path': '/flows', cookie: cookie.replace(/;.*$/, '') }
  expect((await send(session, own)).status).toBe(200)
  // HTTP/2 clients send each cookie in a header of its own.
  expect((await send(session, { ...own, cookie: ['a=b', own.cookie] })).status).toBe(200)
  expect((await send(session, { ':path': '/flows', cookie: own.cookie.replace('__Host-', '') })).status).toBe(
    401,
  )
  expect((await send(session, { ...own, ':path': '/logout', ':method': 'POST' })).status).toBe(204)
  expect((await send(session, own)).status).toBe(401)
})

test('a page of plain http, another name, or a rebound one is refused', async () => {
  const { session, host } = await start()
  const body = JSON.stringify({ token: TOKEN })
  expect((await send(session, { ...LOGIN, origin: `http://${host}` }, body)).status).toBe(403)
  expect((await send(session, { ...LOGIN, origin: 'https://evil.example' }, body)).status).toBe(403)
  const rebound = { ...LOGIN, ':authority': 'evil.example', origin: 'https://evil.example' }
  expect((await send(session, rebound, body)).status).toBe(403)
  expect((await send(session, { ...LOGIN, ':authority': 'evil.example', host }, body)).status).toBe(400)
})

test('a body that is too large ends its stream, and not the connection', async () => {
  const { session } = await start()
  expect((await send(session, LOGIN, 'x'.repeat(20_000))).status).toBe(413)
  expect((await send(session, { ':path': '/flows', authorization: `Bearer ${TOKEN}` })).status).toBe(200)
})
