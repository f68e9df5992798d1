import { once } from 'node:events'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ensure } from '../../src/lib/assert.ts'
import { startHttp2Peer } from '../testing/http2-peer.ts'
import { frame } from '../testing/grpc-web-client.ts'
import { relayAnswer } from './relay.ts'
import { Upstream } from '../upstream/upstream.ts'

test.each([
  ['a whole message', frame(Buffer.alloc(100))],
  ['a part of a message', frame(Buffer.alloc(100)).subarray(0, 50)],
])('a good status is not believed when %s before it never reached the browser', async (_, unread) => {
  const port = await startHttp2Peer(async (stream) => {
    const session = ensure(stream.session, 'session')
    stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': 0 }))
    stream.write(frame(Buffer.from('first')))
    // A PING is acknowledged after everything before it was received, so the rest comes as a chunk of its own.
    await new Promise((resolve) => session.ping(resolve))
    stream.end(unread)
  })
  const upstream = new Upstream({ url: `http://127.0.0.1:${port}` })
  onTestFinished(() => upstream.close())
  const call = await upstream.call({ ':path': '/goldmane.Flows/Stream' }, Buffer.alloc(0))
  const received = once(call.stream, 'trailers')

  // Full from the start, as for a browser that stops reading: the pipe pauses after the first chunk.
  const stalled = new ServerResponse(new IncomingMessage(new Socket()))
  vi.spyOn(stalled, 'write').mockReturnValue(false)
  const ending = relayAnswer(call, stalled, new AbortController().signal)
  const [trailers] = await received
  expect(trailers).toMatchObject({ 'grpc-status': '0' })
  upstream.close()
  expect(await ending).toMatchObject({ 'grpc-status': '14' })
})
