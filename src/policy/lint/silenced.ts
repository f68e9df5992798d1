/**
 * Comments that silence findings: `# flowtrace: ignore` and the names of rules, within the lines of what was found, or in
 * the comment right above it or above the whole object. A comment that names no rule silences all.
 */
import type { Place } from '../manifest/place.ts'
import { type Finding, LINT_RULES } from './finding.ts'

const COMMENT = /#\s*flowtrace:\s*ignore\b\s*(.*)/

/** The findings that no comment in the files silences. `objects`: the places of the policies. */
export function withoutSilenced(
  findings: readonly Finding[],
  files: readonly { readonly name: string; readonly text: string }[],
  objects: readonly Place[],
): readonly Finding[] {
  const lines = new Map(files.map(({ name, text }) => [name, text.split(/\r?\n/)]))
  return findings.filter(({ rule, place }) => {
    const own = lines.get(place.file) ?? []
    const object = objects.find((each) => holdsPlace(each, place))
    const comments = [
      ...own.slice(firstComment(place, own), place.endLine),
      ...(object === undefined ? [] : own.slice(firstComment(object, own), object.line - 1)),
    ]
    return !comments.some((line) => silences(line, rule))
  })
}

/** The index of the first line of the comment right above a place, or of the place itself. */
function firstComment({ line }: Place, lines: readonly string[]): number {
  let first = line - 1
  while (first > 0 && /^\s*#/.test(lines[first - 1] ?? '')) first--
  return first
}

function holdsPlace(object: Place, { file, line, endLine }: Place): boolean {
  return object.file === file && object.line <= line && endLine <= object.endLine
}

function silences(line: string, rule: Finding['rule']): boolean {
  const names = COMMENT.exec(line)?.[1]
  if (names === undefined) return false
  const listed = names.split(/[\s,]+/).filter((name) => Object.hasOwn(LINT_RULES, name))
  return listed.length === 0 || listed.includes(rule)
}
