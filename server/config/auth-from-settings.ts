import { unreachable } from '../../src/lib/assert.ts'
import type { AuthOptions, ReviewedRight } from '../auth/auth-options.ts'
import type { SettingValues } from './settings.ts'

/** The settings of the chosen mode of authentication. The values were checked together. */
export function authFromSettings(values: SettingValues): AuthOptions {
  const mode = values.auth
  const hidesOtherEnd = values['hide-other-end']
  switch (mode) {
    case 'none':
      return { mode }
    case 'token':
      return { mode, tokenFile: values['auth-token-file'] ?? '' }
    case 'proxy': {
      const headers = {
        ...named('user', values['auth-user-header']),
        ...named('email', values['auth-email-header']),
        ...named('groups', values['auth-groups-header']),
      }
      return { mode, headers, hidesOtherEnd, ...named('groups', values['auth-groups']) }
    }
    case 'kubernetes':
      return {
        mode,
        hidesOtherEnd,
        audiences: values['auth-audience'],
        ...named('right', parseRight(values['auth-right'])),
        ...named('server', apiServerOf(values)),
      }
    default:
      return unreachable(mode, 'mode of authentication')
  }
}

/** `{ [name]: value }`, or nothing for null: these members are left out, not undefined. */
function named<K extends string, T>(name: K, value: T | null): { [Name in K]?: T } {
  return value === null ? {} : ({ [name]: value } as { [Name in K]?: T }) // A computed name widens to string.
}

function parseRight(text: string | null): ReviewedRight | null {
  const [, verb, resource, group] = /^(\w+) (\w+)\.(.+)$/.exec(text ?? '') ?? []
  if (verb === undefined || resource === undefined || group === undefined) return null
  return { verb, resource, group }
}

/** Null for that of the gateway's pod. */
export function apiServerOf(values: SettingValues) {
  const url = values['auth-api-server']
  const caFile = values['auth-api-ca']
  const tokenFile = values['auth-api-token-file']
  return url === null || caFile === null || tokenFile === null ? null : { url, caFile, tokenFile }
}
