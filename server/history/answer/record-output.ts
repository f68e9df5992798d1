/** The two forms in which the records of an answer are sent: lines for whoever asks, protobuf for the page, which reads it faster. */
import { headerLine } from '../../../src/capture/capture-writer.ts'
import { type CaptureHeader, EMPTY_HEADER } from '../../../src/capture/format/capture-header.ts'
import { RecordLines } from '../../../src/capture/record-lines.ts'
import { RecordMessages } from '../../../src/capture/record-messages.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { formatPlural } from '../../../src/lib/format.ts'

export type RecordFormat = 'ndjson' | 'protobuf'

export interface RecordOutput {
  /** `values`: the start, the end and the seven counters, as of {@link RecordLines}. */
  add(entry: number, values: Float64Array): void
  /** The bytes since the last call; none while they are few. */
  take(): Uint8Array
  /** The rest. `missing`: why a part of the records is not there. */
  end(missing: readonly string[]): Uint8Array
}

/** `labelledKeyOf` gives the key of an entry, which stays the same. */
export function openOutput(
  format: RecordFormat,
  header: CaptureHeader,
  labelledKeyOf: (entry: number) => LabelledKey,
): RecordOutput {
  return format === 'ndjson'
    ? new LinesOutput(header, labelledKeyOf)
    : new MessagesOutput(header, labelledKeyOf)
}

function incompleteHeader(missing: readonly string[]): CaptureHeader {
  return { ...EMPTY_HEADER, incomplete: missing.join('; ') }
}

class LinesOutput implements RecordOutput {
  readonly #lines: RecordLines
  #header: Uint8Array

  constructor(header: CaptureHeader, labelledKeyOf: (entry: number) => LabelledKey) {
    this.#lines = new RecordLines(labelledKeyOf)
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

  constructor(header: CaptureHeader, labelledKeyOf: (entry: number) => LabelledKey) {
    this.#header = header
    this.#messages = new RecordMessages(labelledKeyOf, header)
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
