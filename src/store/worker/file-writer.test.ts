// Ports have no origin to name.
/* oxlint-disable unicorn/require-post-message-target-origin */
import { describe, expect, test } from 'vitest'

import type { FromFileWriter, ToFileWriter } from '../../lib/download-port.ts'
import { ManualClock } from '../../lib/testing/manual-clock.ts'
import { FileWriter } from './file-writer.ts'

const SPAN = { from: 100, to: 200 }

/** A writer, and the browser's end of its channel with what has come there. */
function setUp() {
  const { port1, port2: browser } = new MessageChannel()
  const abort = new AbortController()
  const writer = new FileWriter(port1, abort.signal)
  const came: FromFileWriter[] = []
  let hear: (() => void) | null = null
  browser.onmessage = ({ data }: MessageEvent<FromFileWriter>) => {
    came.push(data)
    hear?.()
  }
  const heard = () => new Promise<void>((resolve) => (hear = resolve))
  const tell = (message: ToFileWriter) => browser.postMessage(message)
  /** A writer whose download has begun, which was asked for so many chunks. */
  const begin = async (chunks: number) => {
    const begun = writer.begin(SPAN)
    await heard()
    tell(chunks)
    expect(await begun).toBe(true)
  }
  return { writer, browser, abort, came, heard, tell, begin }
}

const texts = (came: readonly FromFileWriter[]) =>
  came.map((message) => (message instanceof Uint8Array ? Buffer.from(message).toString() : message))

describe('a file that is written into a download', () => {
  test('has the chunks in their order, no more of them than were asked for', async () => {
    const { writer, came, heard, tell, begin, browser } = setUp()
    await begin(2)
    await writer.write(Uint8Array.from(Buffer.from('a')))
    await writer.write(Uint8Array.from(Buffer.from('b')))
    let isThirdGone = false
    const third = writer.write(Uint8Array.from(Buffer.from('c'))).then(() => (isThirdGone = true))
    while (came.length < 3) await heard()
    expect(isThirdGone).toBe(false)
    tell(1)
    await third
    writer.end()
    while (came.length < 5) await heard()
    expect(texts(came)).toEqual([{ type: 'begin', span: SPAN }, 'a', 'b', 'c', 'end'])
    browser.close()
  })

  test('a small part of a large buffer crosses alone', async () => {
    const { writer, came, heard, begin, browser } = setUp()
    await begin(1)
    const large = new Uint8Array(1000).fill(65)
    await writer.write(large.subarray(10, 12))
    while (came.length < 2) await heard()
    expect((came[1] as Uint8Array).buffer.byteLength).toBe(2) // a chunk, by the texts above
    expect(large.byteLength).toBe(1000)
    browser.close()
  })

  test('is none where nothing answers within 5 s, and the browser is told so', async () => {
    const { writer, came, heard, browser } = setUp()
    const clock = new ManualClock()
    const begun = writer.begin(SPAN, clock)
    clock.advance(5000)
    expect(await begun).toBe(false)
    while (came.length < 2) await heard()
    expect(came[1]).toBe('abort')
    browser.close()
  })

  test('is none where the other end is gone', async () => {
    const { writer, browser } = setUp()
    browser.close()
    expect(await writer.begin(SPAN)).toBe(false)
  })

  test.each(['cancelled in the browser', 'without its service worker'])(
    'fails when it is %s',
    async (how) => {
      const { writer, browser, tell, begin } = setUp()
      await begin(1)
      await writer.write(new Uint8Array(1))
      const waiting = writer.write(new Uint8Array(1))
      if (how.startsWith('cancelled')) tell('cancelled')
      else browser.close()
      await expect(waiting).rejects.toThrow('The browser ended the download')
      await expect(writer.write(new Uint8Array(1))).rejects.toThrow('The browser ended the download')
      expect(() => writer.end()).toThrow('The browser ended the download')
      browser.close()
    },
  )

  test('is given up when the export is aborted, also while it waits for the browser', async () => {
    const { writer, abort, came, heard, begin } = setUp()
    await begin(1)
    await writer.write(new Uint8Array(1))
    const waiting = writer.write(new Uint8Array(1))
    abort.abort(new Error('cancelled by the reader'))
    await expect(waiting).rejects.toThrow('cancelled by the reader')
    while (came.length < 3) await heard()
    expect(came[2]).toBe('abort')
  })
})
