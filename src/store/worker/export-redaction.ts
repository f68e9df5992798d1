/** Redacts what an export writes: its records or rows, and what it says of them. */
import type { ExportRow } from '../../export/row-columns.ts'
import type { LabelledKey } from '../../flows/flow.ts'
import { type Redaction, Redactor } from '../../redact/redactor.ts'
import type { ExportRequest, RedactedFile } from '../protocol.ts'
import type { BatchReader } from '../query/exported-rows.ts'

export class ExportRedaction {
  readonly #redactor: Redactor
  #clausesLeftOut = 0

  constructor(redaction: Redaction) {
    this.#redactor = new Redactor(redaction)
  }

  /** What a header says of it (docs/format.md). */
  get headerMembers(): { readonly redacted: string } {
    return { redacted: this.#redactor.level }
  }

  /**
   * The request as the file may tell it: its query rewritten, no name of its source, and no link, because the address of
   * a server is a name, too, and there are no such names in what it opens.
   */
  request<Request extends ExportRequest>(request: Request): Request {
    const { expression, leftOut } = this.#redactor.redactQuery(request.view.filter)
    this.#clausesLeftOut = leftOut
    return {
      ...request,
      view: { ...request.view, filter: expression },
      source: this.source(request.source),
      link: null,
    }
  }

  source(name: string): string {
    return this.#redactor.redactOrigin('source', name)
  }

  /** A key with its labels, or what has these. */
  readonly labelled = <Subject extends LabelledKey>(subject: Subject): Subject =>
    this.#redactor.redactLabelled(subject)

  /** A text of the reader, once all records were redacted. */
  text(text: string): string {
    return this.#redactor.redactText(text)
  }

  rows(reader: BatchReader<ExportRow>): BatchReader<ExportRow> {
    return mapped(reader, (row) => ({
      ...this.#redactor.redactLabelled(row),
      ports: row.ports.map(({ proto, port }) => ({ proto: this.#redactor.redactProtocol(proto), port })),
    }))
  }

  /** What it did so far. */
  result(): RedactedFile {
    return {
      names: this.#redactor.names(),
      unlisted: this.#redactor.unlisted,
      clausesLeftOut: this.#clausesLeftOut,
    }
  }
}

function mapped<Item>(reader: BatchReader<Item>, change: (item: Item) => Item): BatchReader<Item> {
  return { ...reader, next: (limit) => reader.next(limit).map((item) => change(item)) }
}
