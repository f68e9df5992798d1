import { expect, test } from 'vitest'

import { sameProtocolWords } from './same-protocol-words.ts'

test('counts the ports of a protocol, and names a lone one', () => {
  const ports = [
    { proto: 'tcp', port: 443 },
    { proto: 'icmp', port: 0 },
    { proto: 'tcp', port: 21 },
    { proto: 'udp', port: 53 },
  ]
  expect(sameProtocolWords(ports)).toBe('2 tcp ports, icmp, udp 53')
  expect(sameProtocolWords(ports.slice(0, 1), 12)).toBe('tcp 443, 12 more')
})
