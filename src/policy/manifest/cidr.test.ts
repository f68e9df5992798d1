import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ensure } from '../../lib/assert.ts'
import { areDisjoint, type Cidr, holdsRange, parseCidr } from './cidr.ts'

function cidr(text: string): Cidr {
  return ensure(parseCidr(text), text)
}

describe('a range is read', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['2001:DB8:0::1/32', '2001:db8::/32'],
  ])('%s as %s', (text, expected) => {
    expect(parseCidr(text)?.text).toBe(expected)
  })

  test.each([
    '',
    '10',
    '10.0.0/8',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '0x10.0.0.1',
    'fe80::1%eth0',
    'a',
  ])('and %j is refused', (text) => {
    expect(parseCidr(text)).toBeNull()
  })
})

test('ranges hold, meet or miss each other', () => {
  expect(holdsRange(cidr('10.0.0.0/8'), cidr('10.96.0.1'))).toBe(true)
  expect(holdsRange(cidr('10.96.0.1'), cidr('10.0.0.0/8'))).toBe(false)
  expect(holdsRange(cidr('::/0'), cidr('10.0.0.0/8'))).toBe(false)
  expect(areDisjoint(cidr('10.0.0.0/8'), cidr('192.168.0.0/16'))).toBe(true)
  expect(areDisjoint(cidr('10.0.0.0/8'), cidr('10.0.0.0/16'))).toBe(false)
  expect(areDisjoint(cidr('::/0'), cidr('10.0.0.0/8'))).toBe(true)
})

test('two ranges of one family are disjoint, or one holds the other', () => {
  const range = fc
    .tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }))
    .map(([address, length]) => cidr(`${address}/${length}`))
  fc.assert(
    fc.property(range, range, (a, b) => {
      expect([areDisjoint(a, b), holdsRange(a, b) || holdsRange(b, a)]).toContain(true)
      expect(areDisjoint(a, b) && (holdsRange(a, b) || holdsRange(b, a))).toBe(false)
    }),
  )
})
