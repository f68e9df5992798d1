/** Runs `flowtrace check`: which flows of a capture have another verdict under policies, and by which rule. */
import { unreachable } from '../../../src/lib/assert.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { VerdictComparison } from '../../../src/policy/run/verdict-changes.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { filesAt, readFiles } from '../capture-files.ts'
import { RefusalPrinter } from '../refusal-printer.ts'
import type { StandardStreams } from '../standard-streams.ts'
import { CheckFlows } from './check-flows.ts'
import { checkJson, checkJunit, checkSarif } from './check-formats.ts'
import type { CheckCommand } from './check-options.ts'
import { type CheckReport, ReportBuilder } from './check-report.ts'
import { checkMarkdown, checkText } from './check-text.ts'
import { faultLines } from './fault-lines.ts'
import { type LoadedPolicies, loadPolicies } from './policy-files.ts'

/** Flows between which Ctrl+C is heard. */
const STEP = 2000

/**
 * Resolves with the exit status: 2 where a manifest is refused, or the capture was not read or not checked to its end; 1 for
 * a change that the command fails on, or else 0. Throws {@link UsageError} for what cannot be read at all.
 */
export async function runCheck(command: CheckCommand, streams: StandardStreams): Promise<0 | 1 | 2> {
  const after = await loadNamed(command.policies, streams)
  const before = command.against === null ? null : await loadNamed(command.against, streams)
  const { flows, records, isComplete } = await readCaptures(command.captures, streams)
  const labelled = flows.labelled
  const comparison = new VerdictComparison(
    labelled,
    before?.manifests ?? null,
    after.manifests,
    command.staged ? 'pending' : 'enforced',
  )
  while (!comparison.step(STEP)) {
    // oxlint-disable-next-line no-await-in-loop -- lets signals and writes through
    await new Promise((resolve) => setImmediate(resolve))
  }
  const builder = new ReportBuilder({ before: before?.manifests ?? null, after: after.manifests })
  const sums = flows.sums
  for (const change of comparison.changes()) {
    const [flow, sum] = [labelled[change.flow], sums[change.flow]]
    if (flow !== undefined && sum !== undefined) builder.add(change, flow, sum)
  }
  const { unreported, contradicted } = comparison
  const { leftOut } = flows
  const report = builder.report({
    flows: labelled.length - unreported,
    records,
    unreported,
    contradicted,
    leftOut,
  })
  streams.stdout.write(outputOf(command, report, after))
  const isRefused = [after, before].some((loaded) =>
    loaded?.faults.some(({ effect }) => effect === 'refused'),
  )
  if (isRefused || !isComplete || leftOut > 0) return 2
  return report.changes.some(({ kind }) => command.failOn.has(kind)) ? 1 : 0
}

async function loadNamed(paths: readonly string[], { stderr }: StandardStreams): Promise<LoadedPolicies> {
  const loaded = await loadPolicies(paths)
  for (const line of faultLines(loaded.faults)) stderr.write(`${line}\n`)
  return loaded
}

async function readCaptures(captures: readonly string[], { stdin, stderr }: StandardStreams) {
  const paths = await filesAt(captures)
  const name = paths.length === 0 ? 'standard input' : captures.join(', ')
  const flows = new CheckFlows()
  const refusals = new RefusalPrinter(name, stderr)
  let records = 0
  let refused = 0
  let isComplete = true
  const onBreak = (file: string, code: string) => {
    isComplete = false
    stderr.write(`${visibleText(file)}: cannot be read any further (${code}); what was read is checked\n`)
  }
  for await (const batch of readFiles(paths, stdin, onBreak)) {
    for (const flow of batch.flows) flows.add(flow)
    records += batch.flows.length
    refused += batch.refused
    refusals.print(batch.refusals)
  }
  refusals.printRest(refused)
  if (records === 0) throw new UsageError(`There are no flows in ${visibleText(name)}`)
  return { flows, records, isComplete }
}

function outputOf({ format, failOn }: CheckCommand, report: CheckReport, { paths }: LoadedPolicies): string {
  switch (format) {
    case 'text':
      return checkText(report)
    case 'json':
      return checkJson(report)
    case 'junit':
      return checkJunit(report, failOn)
    case 'sarif':
      return checkSarif(report, failOn, (file) => paths.get(file))
    case 'markdown':
      return checkMarkdown(report)
    default:
      return unreachable(format, 'format')
  }
}
