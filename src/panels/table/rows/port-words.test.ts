import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { portWords } from './port-words.ts'

const anyWidth = () => true
const within = (chars: number) => (text: string) => text.length <= chars
const ports = (text: string) =>
  text.split(' ').map((each) => {
    const [proto = '', port = '0'] = each.split(':')
    return { proto, port: Number(port) }
  })
const words = (text: string, total: number, fits: (text: string) => boolean = anyWidth) => {
  const { head, more, tail } = portWords(ports(text), total, fits)
  return head + more + tail
}

describe('the ports of a row', () => {
  test.each([
    ['tcp:80', 1, 'tcp 80'],
    ['tcp:443 tcp:80', 2, 'tcp 443, 80'],
    ['tcp:80 tcp:443 tcp:8080 icmp', 26, 'tcp 80, 443 +23, icmp'],
    ['udp:53 tcp:53', 2, 'udp 53, tcp 53'],
    ['icmp', 1, 'icmp'],
    ['47', 1, 'protocol 47'],
  ])('%s, %i in all, are %s', (list, total, expected) => {
    expect(words(list, total)).toBe(expected)
  })

  test('are fewer in less room, and the rest is counted', () => {
    const list = 'tcp:10250 tcp:6443 tcp:9153 udp:53'
    expect(words(list, 4, within(25))).toBe('tcp 10250 +2, udp 53')
    expect(words(list, 4, within(18))).toBe('tcp 10250, 6443 +2')
    expect(words(list, 4, within(3))).toBe('tcp 10250 +3')
  })

  test('never count more or fewer than there are', () => {
    const port = fc.record({
      proto: fc.constantFrom('tcp', 'udp', 'sctp'),
      port: fc.integer({ min: 1, max: 65_535 }),
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(port, {
          minLength: 1,
          maxLength: 32,
          selector: ({ proto, port: p }) => `${proto}${p}`,
        }),
        fc.nat(50),
        fc.nat(60),
        (list, further, room) => {
          const { head, more, tail } = portWords(list, list.length + further, (text) => text.length <= room)
          const text = head + more + tail
          const counted = [...text.matchAll(/\+(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0)
          const named = text.replaceAll(/\+\d+/g, '').match(/\d+/g)?.length ?? 0
          expect(named + counted).toBe(list.length + further)
        },
      ),
    )
  })
})
