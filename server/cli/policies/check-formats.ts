/** Prints what `flowtrace check` found for other programs: JSON, JUnit's XML and SARIF 2.1.0. */
import { visibleJson, visibleText } from '../../../src/lib/visible-text.ts'
import { CHANGE_KINDS, type ChangeKind } from '../../../src/policy/run/verdict-changes.ts'
import { type ChangeSide, type CheckReport, nameOfChange, type ReportedChange } from './check-report.ts'

export function checkJson({ counts, changes, ...rest }: CheckReport): string {
  return jsonText({ summary: { ...counts, ...rest }, changes })
}

/** One test case for each change, which fails where its kind is among those that the command fails on. */
export function checkJunit({ changes, flows }: CheckReport, failOn: ReadonlySet<ChangeKind>): string {
  const failures = changes.filter(({ kind }) => failOn.has(kind)).length
  const cases = changes.map((change) => {
    const [name, kind] = [xmlText(nameOfChange(change)), xmlText(change.kind)]
    const details = xmlText(sentence(change))
    const content = failOn.has(change.kind)
      ? `<failure message="${kind}">${details}</failure>`
      : `<system-out>${details}</system-out>`
    return `    <testcase classname="${kind}" name="${name}">${content}</testcase>`
  })
  const unchanged = `    <testcase classname="unchanged" name="all other verdicts (of ${flows} flows)"/>`
  const counts = `tests="${cases.length + 1}" failures="${failures}"`
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="flowtrace check" ${counts}>`,
    ...cases,
    unchanged,
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')}\n`
}

const RULE_TEXTS: Readonly<Record<ChangeKind, string>> = {
  'allow-to-deny': 'Traffic that was allowed is denied by the policies.',
  'deny-to-allow': 'Traffic that was denied is allowed by the policies.',
  unknown: 'Whether the verdict of traffic changes depends on what its records do not tell.',
}

/**
 * `pathOf`: the path of a manifest by the name in its places, which code scanning shows the change at. A change whose rule
 * is in none of them has no place.
 */
export function checkSarif(
  { changes }: CheckReport,
  failOn: ReadonlySet<ChangeKind>,
  pathOf: (file: string) => string | undefined,
): string {
  const results = changes.map((change) => ({
    ruleId: change.kind,
    level: failOn.has(change.kind) ? 'error' : 'warning',
    message: { text: `${nameOfChange(change)}: ${sentence(change)}` },
    locations: locationsOf(change, pathOf),
  }))
  const rules = CHANGE_KINDS.map((id) => ({ id, shortDescription: { text: RULE_TEXTS[id] } }))
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'flowtrace', rules } }, results }],
  })
}

function locationsOf(
  { after }: ReportedChange,
  pathOf: (file: string) => string | undefined,
): readonly object[] {
  return after.deciders.flatMap(({ place }) => {
    const path = place === null ? undefined : pathOf(place.file)
    if (place === null || path === undefined) return []
    const region = { startLine: place.line, startColumn: place.column }
    return [{ physicalLocation: { artifactLocation: { uri: encodeURI(path) }, region } }]
  })
}

function sentence({
  before,
  after,
  missing,
  difference,
  connections,
  bytes,
  records,
}: ReportedChange): string {
  return [
    `before: ${sideText(before)}`,
    `after: ${sideText(after)}`,
    ...(missing.length === 0 ? [] : [`not known: ${missing.join(', ')}`]),
    ...(difference === null ? [] : [`recorded under other policies: ${difference}`]),
    `connections: ${connections ?? 'not recorded'}, bytes: ${bytes ?? 'not recorded'}, records: ${records}`,
  ].join('; ')
}

function sideText({ verdict, deciders }: ChangeSide): string {
  return deciders.length === 0 ? verdict : deciders.map(({ text }) => text).join(', or ')
}

function jsonText(value: object): string {
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`
}

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** XML has no control characters, not even as entities. */
function xmlText(text: string): string {
  const visible = visibleText(text)
  return visible.replaceAll(/[&<>"]/g, (character) => XML_ENTITIES[character] ?? character)
}
