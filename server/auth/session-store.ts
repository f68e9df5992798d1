import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../src/lib/clock.ts'
import { dropOldest } from '../lib/drop-oldest.ts'

export const SESSION_MAX_AGE_MS = 12 * 3_600_000
/** A page that is open keeps its session in use; see {@link AccessWatch}. */
const SESSION_IDLE_MS = 2 * 3_600_000
/** A session holds a token of up to 16 KiB. */
const MAX_SESSIONS = 2_000

interface Session {
  readonly token: string
  /** Unix milliseconds. */
  readonly createdAt: number
  usedAt: number
}

/**
 * The sessions of those who logged in, in memory alone: each keeps the token that it began with, which is judged again on
 * every use. Ids are 256 random bits, of which the store keeps the hash, so that a copy of its memory opens no session.
 */
export class SessionStore {
  readonly #clock: Clock
  /** By the hash of the id, the least recently used first. */
  readonly #sessions = new Map<string, Session>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Begins a session and returns its id. The least recently used session ends when there are too many. */
  create(token: string): string {
    this.#removeExpired()
    dropOldest(this.#sessions, MAX_SESSIONS - 1)
    const id = randomBytes(32).toString('base64url')
    const now = this.#clock.now()
    this.#sessions.set(hashOf(id), { token, createdAt: now, usedAt: now })
    return id
  }

  /** The token of a session, which counts as a use of it; null when there is no such session, or it has expired. */
  use(id: string): string | null {
    const key = hashOf(id)
    const session = this.#sessions.get(key)
    if (session === undefined) return null
    this.#sessions.delete(key)
    if (this.#isExpired(session)) return null
    session.usedAt = this.#clock.now()
    this.#sessions.set(key, session)
    return session.token
  }

  has(id: string): boolean {
    return this.#sessions.has(hashOf(id))
  }

  remove(id: string): void {
    this.#sessions.delete(hashOf(id))
  }

  /** Sessions are in the order of their last use, but an old one that is in use may stand behind newer ones. */
  #removeExpired(): void {
    for (const [key, session] of this.#sessions) if (this.#isExpired(session)) this.#sessions.delete(key)
  }

  #isExpired({ createdAt, usedAt }: Session): boolean {
    const now = this.#clock.now()
    return now - createdAt >= SESSION_MAX_AGE_MS || now - usedAt >= SESSION_IDLE_MS
  }
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url')
}
