/** How the reading of a kind fares, for the screen and the log. */
import { unreachable } from '../../src/lib/assert.ts'
import type { PolicyKindState } from '../../src/wire/served-policies.ts'
import { ApiServerError } from '../auth/api-server-connection.ts'
import type { Log } from '../lib/log.ts'
import { ApiStatusError } from './api-calls.ts'

export interface KindStatus {
  readonly state: PolicyKindState
  /** A sentence without a full stop; null for `ok` and `reading`. */
  readonly why: string | null
}

/** Logs a change of the status, and nothing while it stays the same. */
export function logStatus(log: Log, kind: string, before: KindStatus, now: KindStatus): void {
  if (before.state === now.state && before.why === now.why) return
  const fields = { kind, ...(now.why === null ? {} : { why: now.why }) }
  switch (now.state) {
    case 'ok':
      // The first list is no news.
      if (before.state !== 'reading') log.info('policies are read again', fields)
      break
    case 'absent':
      log.info('policies of a kind are not served', fields)
      break
    case 'forbidden':
    case 'failing':
      log.warn('policies cannot be read', fields)
      break
    case 'reading':
      break
    default:
      unreachable(now.state, 'state of a kind')
  }
}

export function isExpired(error: unknown): boolean {
  return error instanceof ApiStatusError && error.status === 410
}

export function isForbidden(error: unknown): boolean {
  return error instanceof ApiStatusError && error.status === 403
}

export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiServerError)) return 'The API server could not be asked'
  if (!(error instanceof ApiStatusError)) return error.message
  if (error.status === 401) return 'The API server does not accept the gateway’s own account'
  if (error.status === 403) return 'The gateway’s own account may list this kind, but not watch it'
  return `The API server answered ${error.status}`
}
