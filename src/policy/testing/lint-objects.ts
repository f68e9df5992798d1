/** For tests: what one lint rule says of a few documents. */
import { type LintRuleName, LINT_RULES } from '../lint/finding.ts'
import { lintManifests } from '../lint/lint.ts'
import { readManifests } from '../manifest/read-manifests.ts'

/** The objects of a rule's findings, without those that comments silence. No document may be refused. */
export function lintObjects(rule: LintRuleName, texts: readonly string[]): readonly string[] {
  const files = texts.map((text, i) => ({ name: `${i}.yaml`, text }))
  const { manifests, faults } = readManifests(files)
  const refused = faults.filter(({ effect }) => effect === 'refused')
  if (refused.length > 0) throw new Error(refused.map(({ path, reason }) => `${path}: ${reason}`).join('\n'))
  return lintManifests(manifests, files)
    .filter((finding) => finding.rule === rule)
    .map(({ object }) => object)
}

/** The same with a comment on each document that ignores the rule, and with one that ignores all others. */
export function silencedObjects(rule: LintRuleName, texts: readonly string[]) {
  const others = Object.keys(LINT_RULES).filter((name) => name !== rule)
  const commented = (names: string) => texts.map((text) => `# flowtrace: ignore ${names}\n${text}`)
  return {
    byItsName: lintObjects(rule, commented(rule)),
    byOthers: lintObjects(rule, commented(others.join(', '))),
  }
}
