/** The two forms in which the records of an answer are sent: lines for whoever asks, protobuf for the page, which reads it faster. */
import { headerLine } from '../../../src/capture/capture-writer.ts'
import { type CaptureHeader, EMPTY_HEADER } from '../../../src/capture/format/capture-header.ts'
import type { FullEntries } from '../../../src/capture/kept-entries.ts'
import { RecordLines } from '../../../src/capture/record-lines.ts'
import { RecordMessages } from '../../../src/capture/record-messages.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { formatPlural } from '../../../src/lib/format.ts'
import { HistoryError } from '../history-error.ts'

export type RecordFormat = 'ndjson' | 'protobuf'

export interface RecordOutput {
  /** `values`: the start, the end and the seven counters, as of {@link RecordLines}. */
  add(entry: number, values: Float64Array): void
  /** The bytes since the last call; none while they are few. */
  take(): Uint8Array
  /** The rest. `missing`: why a part of the records is not there. */
  end(missing: readonly string[]): Uint8Array
}

/** For {@link openOutput}: the keys of 30,000 flows with long traces, or of 300,000 usual ones. */
export const MAX_KEY_BYTES = 128 * 2 ** 20

/**
 * `takeKey` gives the key of an entry, and is asked once for each: its encoded bytes are kept, which are outside of the heap
 * and half as many as the object has. Adding a record throws a {@link HistoryError} where they are more than `maxKeyBytes`.
 */
export function openOutput(
  format: RecordFormat,
  header: CaptureHeader,
  takeKey: (entry: number) => LabelledKey,
  maxKeyBytes: number,
): RecordOutput {
  const full: FullEntries = { maxBytes: maxKeyBytes, fail: failForKeys }
  return format === 'ndjson'
    ? new LinesOutput(header, new RecordLines(takeKey, full))
    : new MessagesOutput(header, new RecordMessages(takeKey, header, full))
}

function failForKeys(): never {
  throw new HistoryError(
    'too much memory',
    'There are more flows in this range than the gateway has memory for at once; a shorter time or a scope has fewer',
  )
}

function incompleteHeader(missing: readonly string[]): CaptureHeader {
  return { ...EMPTY_HEADER, incomplete: missing.join('; ') }
}

class LinesOutput implements RecordOutput {
  readonly #lines: RecordLines
  #header: Uint8Array

  constructor(header: CaptureHeader, lines: RecordLines) {
    this.#lines = lines
    this.#header = Buffer.from(headerLine(header))
  }

  add(entry: number, values: Float64Array): void {
    this.#lines.add(entry, values)
  }

  take(): Uint8Array {
    const header = this.#header
    const lines = this.#lines.take()
    if (header.length === 0) return lines
    this.#header = new Uint8Array(0)
    return Buffer.concat([header, lines])
  }

  end(missing: readonly string[]): Uint8Array {
    const rest = this.take()
    return missing.length === 0
      ? rest
      : Buffer.concat([rest, Buffer.from(headerLine(incompleteHeader(missing)))])
  }
}

/** Without a record there is nothing that could hold a header, and the answer is the lines of the headers alone. */
class MessagesOutput implements RecordOutput {
  readonly #messages: RecordMessages
  readonly #header: CaptureHeader

  constructor(header: CaptureHeader, messages: RecordMessages) {
    this.#header = header
    this.#messages = messages
  }

  add(entry: number, values: Float64Array): void {
    this.#messages.add(entry, values)
  }

  take(): Uint8Array {
    return this.#messages.take()
  }

  end(missing: readonly string[]): Uint8Array {
    const { leftOut, isEmpty } = this.#messages
    const all =
      leftOut === 0 ? missing : [...missing, `${formatPlural(leftOut, 'record')} cannot be sent as protobuf`]
    const later = all.length === 0 ? [] : [incompleteHeader(all)]
    if (isEmpty) return Buffer.from([this.#header, ...later].map(headerLine).join(''))
    this.#messages.end(later)
    return this.#messages.take()
  }
}
