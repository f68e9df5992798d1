/** About how large an exported file would be, from a sample of its records or rows that is written and thrown away. */
import { yieldToEventLoop } from '../../lib/yield-to-event-loop.ts'
import type { FileParts } from './export-parts.ts'

/**
 * The sample is runs of neighbours, evenly spread. Gzip finds what repeats in the 32 kB before: records that are not
 * neighbours in the file would repeat less, or more, than they do there.
 */
const RUNS = 12
const RUN_ITEMS = 250
/** A record may have 10 MB of labels: after so many bytes the rest is a guess. */
const MAX_SAMPLE_BYTES = 16 * 2 ** 20

/** The bytes of a file, packed or not. A file of few items is written as a whole, so that its size is not a guess. */
export async function estimateBytes(
  parts: FileParts,
  isPacked: boolean,
  signal: AbortSignal,
): Promise<number> {
  const { total, head } = parts
  const meter = isPacked ? new PackedMeter() : new PlainMeter()
  // What a head takes when it is packed depends on what follows it; without packing it is no part of the sample.
  if (isPacked) await meter.add(head)
  const isSample = total > RUNS * RUN_ITEMS
  const runs = isSample ? RUNS : Number.POSITIVE_INFINITY
  let position = 0
  let items = 0
  let sampled = 0
  for (let run = 0; run < runs && sampled < MAX_SAMPLE_BYTES; run++) {
    signal.throwIfAborted()
    const start = isSample ? Math.floor((run * total) / RUNS) : position
    parts.skip(start - position)
    const part = parts.next(RUN_ITEMS)
    if (part.items === 0) break
    position = start + part.items
    items += part.items
    sampled += part.bytes.length
    await meter.add(part.bytes)
    await yieldToEventLoop()
  }
  const bytes = await meter.end()
  const scaled = items === 0 ? bytes : Math.round((bytes * total) / items)
  return isPacked ? scaled : head.length + scaled
}

interface Meter {
  add(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /** How many bytes it was given, as they are in the file. */
  end(): Promise<number>
}

class PlainMeter implements Meter {
  #bytes = 0

  async add(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#bytes += bytes.length
  }

  async end(): Promise<number> {
    return this.#bytes
  }
}

class PackedMeter implements Meter {
  readonly #gzip = new CompressionStream('gzip')
  readonly #writer = this.#gzip.writable.getWriter()
  readonly #bytes = countBytes(this.#gzip.readable)

  add(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#writer.write(bytes)
  }

  async end(): Promise<number> {
    await this.#writer.close()
    return this.#bytes
  }
}

async function countBytes(stream: ReadableStream<Uint8Array>): Promise<number> {
  const reader = stream.getReader()
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return bytes
    bytes += value.length
  }
}
