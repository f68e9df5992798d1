import { describe, expect, test } from 'vitest'
import type { AuthMode } from './auth-options.ts'
import { ALLOW_ANYONE_FLAG, ANY_HOST_FLAG, checkExposure, type Exposure } from './exposure.ts'

const NETWORK: Exposure = {
  host: '0.0.0.0',
  mode: 'token',
  allowedHosts: ['flows.example'],
  allowsAnyone: false,
  allowsAnyHost: false,
}

describe('a gateway starts', () => {
  test.each(['127.0.0.1', '::1', 'localhost', '::ffff:127.0.0.1'])('on %s without authentication', (host) => {
    expect(checkExposure({ ...NETWORK, host, mode: 'none', allowedHosts: [] })).toBeNull()
  })

  test.each<AuthMode>(['token', 'proxy', 'kubernetes'])(
    'on the network with the mode %s and its names',
    (mode) => {
      expect(checkExposure({ ...NETWORK, mode })).toBeNull()
      expect(checkExposure({ ...NETWORK, mode, allowedHosts: [], allowsAnyHost: true })).toBeNull()
    },
  )

  test('on the network for everybody with a flag that says so in full', () => {
    expect(checkExposure({ ...NETWORK, mode: 'none', allowsAnyone: true })).toBeNull()
    expect(ALLOW_ANYONE_FLAG).toBe('--insecure-allow-anyone-to-read-all-flows')
  })
})

describe('a gateway does not start', () => {
  test.each(['0.0.0.0', '::', '10.0.0.1', 'evillocalhost', 'flows.example', ''])(
    'on %j without authentication, names or not',
    (host) => {
      expect(checkExposure({ ...NETWORK, host, mode: 'none' })).toContain(ALLOW_ANYONE_FLAG)
      expect(checkExposure({ ...NETWORK, host, mode: 'none', allowsAnyHost: true })).toContain(
        ALLOW_ANYONE_FLAG,
      )
    },
  )

  test('on the network without its names, even for everybody', () => {
    expect(checkExposure({ ...NETWORK, allowedHosts: [] })).toContain(ANY_HOST_FLAG)
    expect(checkExposure({ ...NETWORK, mode: 'none', allowsAnyone: true, allowedHosts: [] })).toContain(
      ANY_HOST_FLAG,
    )
  })
})
