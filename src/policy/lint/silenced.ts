/**
 * Comments that silence findings: `# flowtrace: ignore` and the names of rules within the lines of what was found, or in
 * the comment right above it. A comment that names no rule silences all.
 */
import { type Finding, LINT_RULES } from './finding.ts'

const COMMENT = /#\s*flowtrace:\s*ignore\b\s*(.*)/

/** The findings that no comment in the files silences. */
export function withoutSilenced(
  findings: readonly Finding[],
  files: readonly { readonly name: string; readonly text: string }[],
): readonly Finding[] {
  const lines = new Map(files.map(({ name, text }) => [name, text.split(/\r?\n/)]))
  return findings.filter((finding) => !isSilenced(finding, lines.get(finding.place.file) ?? []))
}

function isSilenced({ rule, place }: Finding, lines: readonly string[]): boolean {
  let first = place.line - 1
  while (first > 0 && /^\s*#/.test(lines[first - 1] ?? '')) first--
  return lines.slice(first, place.endLine).some((line) => {
    const names = COMMENT.exec(line)?.[1]
    if (names === undefined) return false
    const listed = names.split(/[\s,]+/).filter((name) => Object.hasOwn(LINT_RULES, name))
    return listed.length === 0 || listed.includes(rule)
  })
}
