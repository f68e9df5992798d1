/** Reads A and B of `flowtrace compare` from captures. */
import { basename } from 'node:path'
import type { Flow } from '../../../src/flows/flow.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { filesAt, readFiles } from '../capture-files.ts'
import { RefusalPrinter } from '../refusal-printer.ts'
import type { StandardStreams } from '../standard-streams.ts'
import { ComparedSide } from './compared-side.ts'
import type { ComparedInput } from './compare-options.ts'

/** What the reader says of a file of which more than a record is missing: what is behind would seem gone. */
const CUT_OFF = /^The .+ (?:was cut off in the middle of|is damaged or cut off)/

/** What was read of both sides. */
export interface ReadSides {
  readonly a: ComparedSide
  readonly b: ComparedSide
  /** Why a part of the records is missing; null where none is. */
  readonly incomplete: string | null
  /** Records that could not be read, and values of enums from a newer Calico. */
  readonly refused: number
  readonly unknown: number
}

/** What is done with the records of the two sides. */
export interface RecordSink {
  readonly test: (flow: Flow) => boolean
  /** Called with each record of a side that is in its window and passes the test. */
  readonly add: (side: 'a' | 'b', flow: Flow) => void
}

/** Throws {@link UsageError} for a capture of which nothing can be read. */
export async function readCaptureSides(
  input: Exclude<ComparedInput, { kind: 'history' }>,
  streams: StandardStreams,
  { test, add }: RecordSink,
): Promise<ReadSides> {
  const take = (name: 'a' | 'b', side: ComparedSide, flow: Flow): void => {
    side.holds(flow.startTime, flow.endTime)
    if (!side.has(flow)) return
    const matches = test(flow)
    side.count(matches)
    if (matches) add(name, flow)
  }
  const reading = new Reading(streams)
  if (input.kind === 'one capture') {
    const paths = await filesAt(input.paths)
    const name = nameOf(input.paths)
    const a = new ComparedSide(name, input.a)
    const b = new ComparedSide(name, input.b)
    await reading.read(name, paths, [a, b], (flow) => {
      // The windows may overlap.
      take('a', a, flow)
      take('b', b, flow)
    })
    return { a, b, ...reading.losses }
  }
  const readSide = async (name: 'a' | 'b'): Promise<ComparedSide> => {
    const { paths, window } = input[name]
    const side = new ComparedSide(nameOf(paths), window)
    await reading.read(side.name, await filesAt(paths), [side], (flow) => take(name, side, flow))
    return side
  }
  const a = await readSide('a')
  const b = await readSide('b')
  return { a, b, ...reading.losses }
}

function nameOf(paths: readonly string[]): string {
  // Of what the shell names, as `<(curl …)`, the base name is a number alone.
  const shown = paths.map((path) => (path.startsWith('/dev/') ? path : basename(path)))
  return shown.length === 0 ? 'standard input' : shown.join(', ')
}

/** Reads captures, and keeps what was lost of all of them. */
class Reading {
  readonly #streams: StandardStreams
  #incomplete: string | null = null
  #refused = 0
  #unknown = 0

  constructor(streams: StandardStreams) {
    this.#streams = streams
  }

  get losses(): Pick<ReadSides, 'incomplete' | 'refused' | 'unknown'> {
    return { incomplete: this.#incomplete, refused: this.#refused, unknown: this.#unknown }
  }

  async read(
    name: string,
    paths: readonly string[],
    sides: readonly ComparedSide[],
    onFlow: (flow: Flow) => void,
  ): Promise<void> {
    const { stdin, stderr } = this.#streams
    const refusals = new RefusalPrinter(name, stderr)
    let read = 0
    let refused = 0
    const onBreak = (file: string, code: string) => {
      this.#incomplete = `${file} cannot be read any further (${code})`
      stderr.write(`${visibleText(`${this.#incomplete}; what was read is compared`)}\n`)
    }
    for await (const batch of readFiles(paths, stdin, onBreak)) {
      for (const header of batch.headers) for (const side of sides) side.addHeader(header)
      for (const flow of batch.flows) onFlow(flow)
      read += batch.flows.length
      refused += batch.refused
      this.#unknown += batch.unknown
      refusals.print(batch.refusals)
      if (batch.refusals.some(({ reason }) => CUT_OFF.test(reason)))
        this.#incomplete ??= `${name} was cut off, or is damaged`
    }
    refusals.printRest(refused)
    this.#refused += refused
    if (read === 0) throw new UsageError(`There are no flows in ${visibleText(name)}`)
  }
}
