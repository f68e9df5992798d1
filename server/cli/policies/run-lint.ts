/** Runs `flowtrace lint`. */
import { formatPlural } from '../../../src/lib/format.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import type { Finding } from '../../../src/policy/lint/finding.ts'
import { lintManifests } from '../../../src/policy/lint/lint.ts'
import { faultLines } from './fault-lines.ts'
import { loadPolicies } from './policy-files.ts'
import type { LintCommand } from './policy-options.ts'

interface Output {
  readonly stdout: Pick<NodeJS.WritableStream, 'write'>
}

/** The exit status: 1 where something is found that the command fails on, and for an object or rule that is refused. */
export async function runLint({ policies, isJson, failOn }: LintCommand, { stdout }: Output): Promise<0 | 1> {
  const { manifests, files, faults } = await loadPolicies(policies)
  const findings = lintManifests(manifests, files)
  if (isJson) stdout.write(`${JSON.stringify({ faults, findings }, null, 2)}\n`)
  else {
    const lines = [
      ...faultLines(faults),
      ...findings.flatMap(findingLines),
      summaryOf(findings, faults.length, manifests.policies.length),
    ]
    stdout.write(`${lines.join('\n')}\n`)
  }
  const isRefused = faults.some(({ effect }) => effect === 'refused')
  const isFound = findings.some(({ level }) => failOn === 'note' || level === failOn)
  return failOn !== 'never' && (isRefused || isFound) ? 1 : 0
}

function findingLines({ rule, level, place, object, why, advice }: Finding): readonly string[] {
  return [
    `${place.file}:${place.line}:${place.column}: ${level}: ${object} [${rule}]`,
    `  ${why}`,
    `  ${advice}`,
  ].map((line) => visibleText(line))
}

function summaryOf(findings: readonly Finding[], faults: number, policies: number): string {
  const warnings = findings.filter(({ level }) => level === 'warning').length
  const parts = [
    formatPlural(policies, 'policy', 'policies'),
    formatPlural(warnings, 'warning'),
    formatPlural(findings.length - warnings, 'note'),
    ...(faults === 0 ? [] : [formatPlural(faults, 'fault')]),
  ]
  return `${parts.join(', ')}.`
}
