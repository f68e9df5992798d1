/** Runs `flowtrace explain`: reads a capture in one pass and says for each signature which policy decided it. */
import { basename } from 'node:path'
import { isMeasured } from '../../src/filter/tree/asks-for.ts'
import { clausesOf, withAll } from '../../src/filter/tree/clauses.ts'
import { visibleText } from '../../src/lib/visible-text.ts'
import { matcher } from '../../src/filter/tree/evaluate.ts'
import { filesAt, readFiles } from './capture-files.ts'
import type { ExplainCommand } from './explain-options.ts'
import { type ExplainSummary, renderExplained } from './explain-output.ts'
import { SignatureTable } from './explain-signatures.ts'
import { RefusalPrinter } from './refusal-printer.ts'
import { SeenEnds } from './seen-ends.ts'
import type { StandardStreams } from './standard-streams.ts'
import { UsageError } from '../lib/usage-error.ts'
import { writePieces } from './write-pieces.ts'

/**
 * Resolves with the exit status: 2 when a file could not be read to its end, which is reported, and what was read is
 * explained; 1 for a denial under --fail-on-deny, or else 0. Throws {@link UsageError} for a file of which nothing can be
 * read, or when no file holds flows.
 */
export async function runExplain(command: ExplainCommand, streams: StandardStreams): Promise<0 | 1 | 2> {
  const { filter, format, failOnDeny } = command
  const paths = await filesAt(command.paths)
  const name = nameOfAll(paths)
  const clauses = clausesOf(filter)
  // As on the page: a clause about keys narrows what is summed, one about counters or age tests the sums.
  const test = matcher(withAll(clauses.filter((clause) => !isMeasured(clause))), 0)
  const measured = clauses.filter(isMeasured)
  const table = new SignatureTable()
  const ends = new SeenEnds()
  const refusals = new RefusalPrinter(name, streams.stderr)
  let read = 0
  let newest = 0
  let refused = 0
  let unknown = 0
  let captureFormat: string | null = null
  let isComplete = true
  const onBreak = (file: string, code: string) => {
    isComplete = false
    streams.stderr.write(
      `${visibleText(file)}: cannot be read any further (${code}); what was read is explained\n`,
    )
  }
  for await (const batch of readFiles(paths, streams.stdin, onBreak)) {
    for (const flow of batch.flows) {
      ends.add(flow)
      newest = Math.max(newest, flow.endTime)
      if (test(flow)) table.add(flow)
    }
    read += batch.flows.length
    refused += batch.refused
    unknown += batch.unknown
    captureFormat = batch.format ?? captureFormat
    refusals.print(batch.refusals)
  }
  refusals.printRest(refused)
  if (read === 0) throw new UsageError(`There are no flows in ${visibleText(name)}`)
  if (measured.length > 0) table.keep(matcher(withAll(measured), newest))
  const { denied, records: matched, leftOut } = table
  const summary: ExplainSummary = { name, captureFormat, read, matched, denied, refused, unknown, leftOut }
  await writePieces(renderExplained(format, table.sorted(), ends, summary), streams.stdout)
  if (!isComplete) return 2
  return failOnDeny && denied > 0 ? 1 : 0
}

function nameOfAll([first, ...others]: readonly string[]): string {
  if (first === undefined) return 'standard input'
  return others.length === 0 ? basename(first) : `${basename(first)} and ${others.length} more`
}
