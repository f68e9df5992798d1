import { continuesNodeText, isCutNodeText } from '../format/node-text.ts'
import type { Place } from '../format/refusal.ts'
import type { TextFormat } from '../format/text-format.ts'
import type { Piece } from './piece.ts'

type TextRecord = Extract<Piece, { readonly is: 'text' }>

/** A longer record is closed, so that lines that look like its policies cannot fill the memory. */
const MAX_CHARACTERS = 256 * 1024

/**
 * The record of `calico-node -flows` that is being read. It takes several lines, and its end shows only in the line that
 * does not continue it.
 */
export class OpenTextRecord {
  #text = ''
  #place: Place | undefined = undefined

  get isOpen(): boolean {
    return this.#place !== undefined
  }

  /** Begins a record with its first line. Returns it at once where its format has records of one line. */
  open(format: TextFormat, line: string, place: Place): TextRecord | undefined {
    if (format === 'kernel') return { is: 'text', format, text: line, place }
    this.#text = line
    this.#place = place
    return undefined
  }

  /**
   * Adds a line, which is given without its indentation, if it continues the record. `mayBeCut`: the file ends with it,
   * and it had an indentation, unlike the first line of a record.
   */
  append(line: string, mayBeCut: boolean): boolean {
    const continues = continuesNodeText(line) || (mayBeCut && line !== '' && isCutNodeText(line))
    if (!continues || this.#text.length + line.length > MAX_CHARACTERS) return false
    this.#text += `\n${line}`
    return true
  }

  /** The record of the lines so far; undefined when none is open. */
  close(): TextRecord | undefined {
    const place = this.#place
    if (place === undefined) return undefined
    this.#place = undefined
    return { is: 'text', format: 'node-text', text: this.#text, place }
  }
}
