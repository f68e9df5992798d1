import { writeFile } from 'node:fs/promises'
import { describe, expect, test, vi } from 'vitest'
import {
  bearer,
  logOut,
  openWatched,
  sessionOf,
  startTokenServer,
  statusWith,
  TOKEN,
} from '../testing/guarded-server.ts'
import { sendRaw } from '../testing/raw-http.ts'
import { Refusal } from './access-refusal.ts'

const HOUR_MS = 3_600_000

describe('a call that stays open', () => {
  test('ends when its user logs out, at once', async () => {
    const server = await startTokenServer()
    const [mine, other] = [await sessionOf(server), await sessionOf(server)]
    await openWatched(server, { cookie: mine })
    await openWatched(server, { cookie: other })
    await logOut(server, mine)
    await vi.waitFor(() =>
      expect(server.changes).toEqual([expect.objectContaining({ reason: 'session ended' })]),
    )
  })

  test('ends when the token has changed, by session and by header', async () => {
    const server = await startTokenServer()
    await openWatched(server, { cookie: await sessionOf(server) })
    await openWatched(server, bearer(TOKEN))
    server.clock.advance(5_000)
    await writeFile(server.tokenFile, 'another-token-of-enough-length')
    server.clock.advance(5_000)
    await vi.waitFor(() => expect(server.changes).toHaveLength(2))
    expect(server.changes.every((change) => change instanceof Refusal && change.status === 401)).toBe(true)
    expect(server.clock.waiting).toBe(0)
  })

  test('is not ended by an attacker who uses up its address’s attempts', async () => {
    const server = await startTokenServer()
    await openWatched(server, bearer(TOKEN))
    for (let attempt = 0; attempt < 20; attempt += 1) await statusWith(server, bearer('wrong'))
    server.clock.advance(5_000)
    await statusWith(server, bearer(TOKEN))
    expect(server.changes).toEqual([])
  })

  test('keeps its session in use', async () => {
    const server = await startTokenServer()
    const cookie = await sessionOf(server)
    await openWatched(server, { cookie })
    for (let hour = 0; hour < 5; hour += 1) {
      server.clock.advance(HOUR_MS)
      await statusWith(server, {})
    }
    expect(server.changes).toEqual([])
    expect(await statusWith(server, { cookie })).toBe(200)
  })

  test('is forgotten when its client has left', async () => {
    const server = await startTokenServer()
    await sendRaw(
      server.port,
      `GET /watched HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
    )
    await vi.waitFor(() => {
      server.clock.advance(5_000)
      expect(server.clock.waiting).toBe(0)
    })
    expect(server.changes).toEqual([])
  })
})
