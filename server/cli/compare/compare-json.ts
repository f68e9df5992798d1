/** A comparison as JSON. docs/compare.md is its contract. */
import {
  areEquallyLong,
  type ComparedGroup,
  type GroupSide,
  isNewlyDenied,
  SECTIONS,
  type SideSummary,
} from '../../../src/compare/comparison.ts'
import { changeWords, sideVerdict } from '../../../src/compare/change-words.ts'
import { footingOf, headlineOf } from '../../../src/compare/comparison-words.ts'
import { displayName, displayNamespace, recordedPort } from '../../../src/flows/spelling.ts'
import { isoTime } from '../../../src/lib/format.ts'
import { visibleJson } from '../../../src/lib/visible-text.ts'
import { jsonDecision } from '../explain-output.ts'
import type { ComparedOutput } from './compare-output.ts'
import { summedBy } from './compare-notes.ts'
import type { ComparedSide } from './compared-side.ts'

/** Raised when a member changes its meaning or goes; new ones may come at any time. */
const VERSION = 1

/** In pieces of one group. */
export function* comparisonJson({ comparison, read, query }: ComparedOutput): Generator<string> {
  const { groups, unit, asBefore, withoutVerdict } = comparison
  const headline = headlineOf(comparison)
    .map(({ text }) => text)
    .join('')
  const longest = Math.max(comparison.a.sums?.seconds ?? 0, comparison.b.sums?.seconds ?? 0)
  const head = {
    flowtraceComparison: VERSION,
    headline,
    footing: footingOf(comparison),
    filter: query,
    a: jsonSide(read.a, comparison.a),
    b: jsonSide(read.b, comparison.b),
    equallyLong: areEquallyLong(comparison),
    unit,
    counts: Object.fromEntries(
      SECTIONS.map((section) => [section, groups.filter((group) => group.section === section).length]),
    ),
    newlyDenied: groups.filter((group) => isNewlyDenied(group)).length,
    asBefore,
    withoutVerdict,
    refused: read.refused,
    unknown: read.unknown,
    summedBy: longest === 0 ? null : summedBy(longest),
    incomplete: read.incomplete,
  }
  yield `${visibleJson(JSON.stringify(head, null, 2)).slice(0, -2)},\n  "groups": [`
  for (const [i, group] of groups.entries())
    yield `${i === 0 ? '' : ','}\n    ${visibleJson(JSON.stringify(jsonGroup(group)))}`
  yield `${groups.length === 0 ? '' : '\n  '}]\n}\n`
}

/** `seconds`: the length of what was recorded, without its gaps. */
function jsonSide(
  { name, window, covered, read, matched, gaps, moreGaps, filters }: ComparedSide,
  { seconds, sums }: SideSummary,
) {
  return {
    name,
    window: window === null ? null : { from: isoTime(window.from), to: isoTime(window.to) },
    from: covered === null ? null : isoTime(covered.from),
    to: covered === null ? null : isoTime(covered.to),
    seconds: covered === null ? null : seconds,
    read,
    matched,
    gaps: gaps.map(({ from, to, cause }) => ({ from: isoTime(from), to: isoTime(to), cause })),
    moreGaps,
    recordedWith: [...filters],
    recordSeconds: sums?.seconds ?? null,
  }
}

function jsonGroup(group: ComparedGroup) {
  const { section, ends, ports, a, b, beside, isScan, rhythm, mayBeTooShort } = group
  return {
    section,
    newlyDenied: isNewlyDenied(group),
    source: jsonEnd(ends.sourceNamespace, ends.sourceName),
    destination: jsonEnd(ends.destNamespace, ends.destName),
    ports: ports.map(({ proto, port, a: inA, b: inB }) => ({
      proto,
      port: recordedPort({ proto, destPort: port }),
      a: inA,
      b: inB,
    })),
    a: jsonGroupSide(a),
    b: jsonGroupSide(b),
    beside: beside === null ? null : jsonVerdict(beside),
    change: changeWords(group),
    scan: isScan,
    runsEvery: rhythm?.every ?? null,
    mayBeTooShort,
  }
}

function jsonEnd(namespace: string, name: string) {
  return { namespace: displayNamespace(namespace), name: displayName(name, namespace) }
}

function jsonGroupSide(side: GroupSide | null) {
  if (side === null) return null
  const { records, connections } = side
  return { ...jsonVerdict(side), records, connections }
}

function jsonVerdict(side: Pick<GroupSide, 'verdict' | 'reporter' | 'decisions'>) {
  const { verdict: action, reporter, decisions } = side
  return {
    action,
    reporter,
    verdict: sideVerdict(side),
    decidedBy: decisions.map((key) => ({ reporter: key.reporter, ...jsonDecision(key) })),
  }
}
