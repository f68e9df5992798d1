import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { percentEncode, encodeTrailersFrame, parseTrailers, trailersOfStatus } from './trailers.ts'

test('the frame has its flag, its length, and a line each', () => {
  const frame = encodeTrailersFrame({ 'grpc-status': '5', 'grpc-message': 'none' })
  const lines = 'grpc-status: 5\r\ngrpc-message: none\r\n'
  expect(frame).toEqual(Buffer.concat([Buffer.from([0x80, 0, 0, 0, lines.length]), Buffer.from(lines)]))
})

test('any message can be decoded again, and is one line of plain ASCII', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (message) => {
      const encoded = percentEncode(message)
      expect(encoded).toMatch(/^[\x20-\x7e]*$/)
      expect(decodeURIComponent(encoded)).toBe(message)
    }),
  )
})

test('a good status without words has no message', () => {
  expect(trailersOfStatus({ code: 0, message: '' })).toEqual({ 'grpc-status': '0' })
})

test('of a server only the status and its words are passed on', () => {
  const headers = {
    'grpc-status': '9',
    'grpc-message': 'a%20b',
    'grpc-status-details-bin': 'AAA=',
    'set-cookie': ['evil=1'],
    server: 'envoy',
  }
  expect(parseTrailers(headers)).toEqual({ 'grpc-status': '9', 'grpc-message': 'a%20b' })
})

test('a line break in them is taken out', () => {
  expect(parseTrailers({ 'grpc-status': '9', 'grpc-message': 'a\r\ngrpc-status: 0' })).toEqual({
    'grpc-status': '9',
    'grpc-message': 'agrpc-status: 0',
  })
})

test.each([undefined, '', 'ok', '-1', '1e3'])('status %j is none', (status) => {
  expect(parseTrailers({ 'grpc-status': status })).toBeNull()
})
