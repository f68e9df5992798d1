/**
 * An external merge sort of lines by a number, stable. What does not fit into the memory is written as sorted runs into a
 * folder; so many runs of one level become one of the next, which bounds the files that are open at once.
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { mergeSorted } from '../../../src/lib/merge-sorted.ts'

interface SortedLine {
  readonly order: number
  /** With its newline, which is the only one in it. */
  readonly line: string
}

interface Limits {
  /** So many lines, or characters of them, are held in memory. */
  readonly lines: number
  readonly characters: number
  /** So many runs of one level are merged into one. */
  readonly runs: number
}

const LIMITS: Limits = { lines: 50_000, characters: 32 * 1024 * 1024, runs: 32 }
/** Lines are written in pieces of about so many characters. */
const PIECE_CHARACTERS = 256 * 1024

export class SortedRuns {
  readonly #folder: string
  readonly #limits: Limits
  #held: SortedLine[] = []
  #characters = 0
  /** The paths of the runs by level. A run of a higher level holds lines that were added before those of the lower ones. */
  readonly #levels: string[][] = []
  #files = 0

  constructor(folder: string, limits: Limits = LIMITS) {
    this.#folder = folder
    this.#limits = limits
  }

  /** `line` ends with its only newline. */
  async add(order: number, line: string): Promise<void> {
    this.#held.push({ order, line })
    this.#characters += line.length
    const { lines, characters } = this.#limits
    if (this.#held.length >= lines || this.#characters >= characters) await this.#spill()
  }

  /** All lines in order; among equal ones those that were added first come first. */
  sorted(): AsyncGenerator<SortedLine> {
    const runs = this.#levels.toReversed().flatMap((level) => level.map(readRun))
    return mergeSorted([...runs, iterate(sortedLines(this.#held))], ({ order }) => order)
  }

  async #spill(): Promise<void> {
    const held = sortedLines(this.#held)
    this.#held = []
    this.#characters = 0
    await this.#addRun(0, iterate(held))
  }

  async #addRun(number: number, lines: AsyncIterable<SortedLine>): Promise<void> {
    const path = join(this.#folder, `run-${this.#files++}`)
    await pipeline(Readable.from(piecesOf(lines)), createWriteStream(path, { mode: 0o600 }))
    const level = (this.#levels[number] ??= [])
    level.push(path)
    if (level.length < this.#limits.runs) return
    this.#levels[number] = []
    await this.#addRun(
      number + 1,
      mergeSorted(level.map(readRun), ({ order }) => order),
    )
    for (const merged of level) await rm(merged)
  }
}

function sortedLines(lines: readonly SortedLine[]): readonly SortedLine[] {
  return lines.toSorted((a, b) => a.order - b.order)
}

async function* iterate<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

async function* piecesOf(lines: AsyncIterable<SortedLine>): AsyncGenerator<string> {
  let piece = ''
  for await (const { order, line } of lines) {
    piece += `${order} ${line}`
    if (piece.length < PIECE_CHARACTERS) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

/** `readline` also splits at U+2028 and U+2029, which our JSON lines have as escapes only. */
async function* readRun(path: string): AsyncGenerator<SortedLine> {
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const space = text.indexOf(' ')
    yield { order: Number(text.slice(0, space)), line: `${text.slice(space + 1)}\n` }
  }
}
