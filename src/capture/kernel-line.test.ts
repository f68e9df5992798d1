import { describe, expect, test } from 'vitest'

import { kernelLine } from './testing/foreign-samples.ts'
import { line, readAll, whiskerRecord } from './testing/samples.ts'

describe('kernel lines of the Log action', () => {
  test('are read as one packet between two addresses, with neither verdict nor policy', async () => {
    const { flows, refusals, format } = await readAll(kernelLine())
    expect(refusals).toEqual([])
    expect(format).toBe("Kernel lines of Calico's Log action")
    expect(flows).toMatchObject([
      {
        key: {
          sourceName: '10.0.0.1',
          sourceNamespace: '-',
          sourceType: 'EndpointTypeUnspecified',
          destName: '10.1.0.1',
          destPort: 8080,
          proto: 'tcp',
          reporter: 'ReporterUnspecified',
          action: 'ActionUnspecified',
          policies: { enforced: [], pending: [] },
        },
        startTime: 1793613615,
        endTime: 1793613615,
        packetsOut: 1,
        bytesOut: 60,
        numConnectionsStarted: null,
      },
    ])
  })

  test.each([
    ['rsyslog', '2026-11-02T11:00:15.5+01:00 node-1 kernel: calico-packet: ', 1793613615],
    ['journalctl -o short-iso', '2026-11-02T11:00:15+0100 node-1 kernel: calico-packet: ', 1793613615],
    ['a container', '2026-11-02T10:00:15.123Z stdout F calico-packet: ', 1793613615],
    ['syslog of before, without a year', 'Nov  2 10:00:15 node-1 kernel: [ 12.5] calico-packet: ', 0],
    ['a time without a zone', '2026-11-02T10:00:15 node-1 kernel: calico-packet: ', 0],
    ['dmesg', '[12345.678901] calico-packet: ', 0],
    ['dmesg early after the start', '[    1.5] calico-packet: ', 0],
    ['a prefix of its own', 'Nov  2 10:00:15 node-1 kernel: my-calico-drop default.deny ', 0],
  ])('have the time of their head, or none: %s', async (_name, head, time) => {
    const { flows, refusals, format } = await readAll(kernelLine(1, head))
    expect(refusals).toEqual([])
    expect(flows).toMatchObject([{ startTime: time, endTime: time, key: { destPort: 8080 } }])
    expect(format).toContain(
      time === 0 ? 'without times, as their dates have no year or no zone' : 'Log action',
    )
  })

  test.each([
    ['ICMP', 'PROTO=ICMP TYPE=8 CODE=0 ID=3 SEQ=1', { proto: 'icmp', destPort: 0 }],
    [
      'an ICMP error with the packet that it is about',
      'PROTO=ICMP TYPE=3 CODE=1 [SRC=10.9.9.9 DST=10.8.8.8 LEN=1 PROTO=UDP SPT=1 DPT=2 ]',
      { proto: 'icmp', destPort: 0, destName: '10.1.0.1' },
    ],
    ['UDP, with a length of its own', 'PROTO=UDP SPT=5 DPT=53 LEN=40', { proto: 'udp', destPort: 53 }],
    ['a number', 'PROTO=47', { proto: '47', destPort: 0 }],
    ['a name that Calico writes as a number', 'PROTO=AH SPI=0x1', { proto: '51' }],
  ])('may be of any protocol: %s', async (_name, end, key) => {
    const { flows } = await readAll(kernelLine().replace(/PROTO=.*$/, end))
    expect(flows).toMatchObject([{ key, bytesOut: 60 }])
  })

  test('may be of IPv6', async () => {
    const text =
      'Nov  2 10:00:15 n kernel: calico-packet: IN=cali1 OUT= SRC=fe80:0000:0000:0000:0000:0000:0000:0001 DST=ff02:0000:0000:0000:0000:0000:0000:0002 LEN=72 TC=0 HOPLIMIT=255 FLOWLBL=0 PROTO=ICMPv6 TYPE=133 CODE=0'
    const { flows } = await readAll(text)
    expect(flows).toMatchObject([{ key: { destName: expect.stringMatching(/^ff02:.*2$/), proto: 'icmp6' } }])
  })

  test.each([
    [
      'PROTO=TCP SPT=41000 DPT=8080',
      'PROTO=TCP SPT=41000 DPT=80800',
      'DPT is 80800, not a port from 0 to 65535',
    ],
    ['DST=10.1.0.1', 'DST=10.1.0', 'DST is "10.1.0", not an IP address'],
    ['LEN=60', 'LEN=x', 'LEN is "x", not a whole number from 0 to 2^53'],
    [/PROTO=.*$/, 'PROTO=TC', 'PROTO is "TC", not a protocol'],
    [/DST=.*$/, '', 'DST is missing, not an IP address'],
  ])('that are broken are refused alone, with their place: %s', async (from, to, reason) => {
    const broken = kernelLine().replace(from, to)
    const { flows, refusals } = await readAll(`${kernelLine(2)}\n${broken}\n${kernelLine(3)}\n`)
    expect(flows.map(({ key }) => key.destName)).toEqual(['10.1.0.2', '10.1.0.3'])
    expect(refusals).toMatchObject([{ line: 2, reason }])
  })

  test.each(['Nov  2 10:00:15 node-1 kernel: [UFW BLOCK] ', 'Nov  2 10:00:15 calico-1 kernel: [UFW BLOCK] '])(
    'of other firewalls are not taken for them: %s',
    async (head) => {
      const { flows, refused } = await readAll(kernelLine(1, head))
      expect([flows.length, refused]).toEqual([0, 1])
    },
  )

  test.each([
    ['journald', { MESSAGE: kernelLine(2, 'calico-packet: '), __REALTIME_TIMESTAMP: '1793613615123456' }],
    ['Docker', { log: `${kernelLine(2, 'calico-packet: ')}\n`, time: '2026-11-02T10:00:15.123456789Z' }],
    [
      'journald, shipped to Loki',
      {
        line: JSON.stringify({
          MESSAGE: kernelLine(2, 'calico-packet: '),
          __REALTIME_TIMESTAMP: '1793613615123456',
        }),
      },
    ],
  ])('have the time of the record of %s that they stand in', async (_, record) => {
    const { flows, format } = await readAll(line(record))
    expect(flows).toMatchObject([
      { startTime: 1793613615, endTime: 1793613615, key: { destName: '10.1.0.2' } },
    ])
    expect(format).toBe("Kernel lines of Calico's Log action")
  })

  test.each([
    ['a CRI line', `2026-11-02T10:00:15.1Z stdout F ${kernelLine(2, 'calico-packet: ')}`],
    ['RFC 5424', `<4>1 2026-11-02T11:00:15+01:00 node-1 kernel - - - ${kernelLine(2, 'calico-packet: ')}`],
  ])('have the time of the prefix of %s', async (_, text) => {
    expect((await readAll(`${text}\n`)).flows).toMatchObject([{ startTime: 1793613615 }])
  })

  test('keep their own time, and none where the wrapper has no full one or one out of range', async () => {
    const own = { MESSAGE: kernelLine(1, '2026-11-02T10:00:00Z n kernel: calico-packet: ') }
    const none = { MESSAGE: kernelLine(1, 'calico-packet: ') }
    const records = [
      { ...own, __REALTIME_TIMESTAMP: '1793613615123456' },
      { ...none, __REALTIME_TIMESTAMP: '99999999999999999999' },
      { ...none, time: 'yesterday' },
    ]
    const { flows, refused } = await readAll(records.map(line).join(''))
    expect(flows.map(({ startTime }) => startTime)).toEqual([1793613600, 0, 0])
    expect(refused).toBe(0)
  })

  test('mix with records of any other form', async () => {
    const { flows, refused, format } = await readAll(line(whiskerRecord()) + kernelLine())
    expect([flows.length, refused]).toEqual([2, 0])
    expect(format).toBe("Whisker records; Kernel lines of Calico's Log action")
  })
})
