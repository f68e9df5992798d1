import { EventEmitter, once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { CHUNK_STALL_MS, MAX_SEND_MS, sendChunks } from './send-chunks.ts'

/** A response whose reader takes what the test lets it take. */
class FakeResponse extends EventEmitter {
  destroyed = false
  ended = false
  written = 0

  write(): boolean {
    this.written++
    this.emit('written')
    return false
  }

  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    this.emit('close')
  }

  end(): void {
    this.ended = true
  }
}

/** A source that tells when it is left, as a cursor of the engine has to be. */
function source() {
  const state = { isReleased: false }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield new Uint8Array(1)
    } finally {
      state.isReleased = true
    }
  }
  return { state, chunks: chunks() }
}

function begin(chunks: AsyncIterable<Uint8Array>, clock = new ManualClock()) {
  const response = new FakeResponse()
  const sent = sendChunks(chunks, response as unknown as ServerResponse, clock) // of which the rest is not used
  return { response, sent, clock }
}

test('a reader that takes nothing for a minute is given up, and the source is left', async () => {
  const { state, chunks } = source()
  const { response, sent, clock } = begin(chunks)
  await once(response, 'written')
  clock.advance(CHUNK_STALL_MS - 1)
  expect(response.destroyed).toBe(false)
  clock.advance(1)
  expect(await sent).toBe('stalled')
  expect([state.isReleased, response.ended, clock.waiting]).toEqual([true, false, 0])
})

test('a reader that takes a little each minute is given up in the end', async () => {
  const { state, chunks } = source()
  const { response, sent, clock } = begin(chunks)
  for (let passed = 0; passed < MAX_SEND_MS; passed += CHUNK_STALL_MS / 2) {
    await once(response, 'written')
    clock.advance(CHUNK_STALL_MS / 2)
    response.emit('drain')
  }
  expect(await sent).toBe('stalled')
  expect([state.isReleased, clock.waiting]).toEqual([true, 0])
})

test('a reader that goes away leaves the source, and is not counted as stalled', async () => {
  const { state, chunks } = source()
  const { response, sent, clock } = begin(chunks)
  await once(response, 'written')
  response.destroy()
  expect(await sent).toBe('gone')
  expect([state.isReleased, clock.waiting]).toEqual([true, 0])
})

test('all is sent to a reader that takes it', async () => {
  const chunks = (async function* () {
    yield new Uint8Array(1)
    yield new Uint8Array(1)
  })()
  const { response, sent, clock } = begin(chunks)
  response.on('written', () => setImmediate(() => response.emit('drain')))
  await once(response, 'written')
  expect(await sent).toBe('sent')
  expect([response.written, response.ended, clock.waiting]).toEqual([2, true, 0])
})
