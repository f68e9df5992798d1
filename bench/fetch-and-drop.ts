/** A lower bound for any store: the page reads the stream's bytes and drops them. */
import type { Page } from '@playwright/test'

/**
 * Milliseconds to read so many bytes of the stream and drop them. The gateway encodes anew what it has in memory, so that
 * they may be a few less: it ends, too, when nothing came for a while, which is not counted.
 */
export async function timeToDrop(page: Page, bytes: number): Promise<number> {
  return page.evaluate(async (wanted) => {
    const started = performance.now()
    const stop = new AbortController()
    const response = await fetch('./goldmane.Flows/Stream', {
      method: 'POST',
      headers: { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' },
      // An empty frame head, then start_time_gte = −3585 as a ten-byte varint.
      body: Uint8Array.of(0, 0, 0, 0, 11, 8, 0xff, 0xe3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
      signal: stop.signal,
    })
    const reader = response.body?.getReader()
    if (reader === undefined) throw new Error('the answer has no body')
    let read = 0
    let last = started
    const MAX_SILENCE_MS = 2000
    const watch = setInterval(() => {
      if (performance.now() - last > MAX_SILENCE_MS) stop.abort()
    }, 100)
    try {
      while (read < wanted) {
        const { value, done } = await reader.read()
        if (done) break
        read += value.length
        last = performance.now()
      }
      await reader.cancel()
    } catch (error) {
      if (!stop.signal.aborted) throw error
    } finally {
      clearInterval(watch)
    }
    if (read < 0.9 * wanted) throw new Error(`the stream had ${read} bytes of ${wanted}`)
    return last - started
  }, bytes)
}
