import { expect, test } from 'vitest'
import { parseClickHouseUrl } from './clickhouse-address.ts'

const PLAIN = { user: 'default', database: 'flowtrace', cluster: null, replicated: false }

test.each([
  ['clickhouse://host', { ...PLAIN, url: 'https://host:8443' }],
  ['clickhouse://host:8123', { ...PLAIN, url: 'http://host:8123' }],
  ['clickhouse://host:8123?tls=on', { ...PLAIN, url: 'https://host:8123' }],
  ['clickhouse://host:80/?tls=off', { ...PLAIN, url: 'http://host:80' }],
  ['clickhouse://[::1]:8123/h', { ...PLAIN, url: 'http://[::1]:8123', database: 'h' }],
  [
    'clickhouse://flow%40trace@host:8443/my%20db?cluster=%7Bcluster%7D&replicated=on',
    {
      url: 'https://host:8443',
      user: 'flow@trace',
      database: 'my db',
      cluster: '{cluster}',
      replicated: true,
    },
  ],
])('%s', (text, address) => {
  expect(parseClickHouseUrl(text)).toEqual(address)
})

test.each([
  ['http://host', 'begins with clickhouse://'],
  ['clickhouse://', 'names a host'],
  ['clickhouse://u:secret@host', 'has no password'],
  ['clickhouse://host/a/b', 'names one database'],
  ['clickhouse://host/a%2Fb', 'names one database'],
  ['clickhouse://host/%ff', 'is encoded as UTF-8'],
  ['clickhouse://host?cluster=', 'has a name behind cluster='],
  ['clickhouse://host?replicated=on', 'names a cluster'],
  ['clickhouse://host?tls=yes', 'has on or off behind tls='],
  ['clickhouse://host?password=secret', 'not password'],
  ['clickhouse://host#x', 'ends without #'],
])('%s is refused, and no password is repeated', (text, rule) => {
  expect(() => parseClickHouseUrl(text)).toThrow(rule)
  expect(() => parseClickHouseUrl(text)).not.toThrow('secret')
})
