/** Prints which rules were hit. */
import { formatCount, formatPlural, isoTime } from '../../../src/lib/format.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { namedPolicy } from '../../../src/flows/hit.ts'
import type { RecordedHit, RecordedTimes } from '../../../src/flows/recorded-hit.ts'
import { objectName } from '../../../src/policy/lint/finding.ts'
import type { Fault } from '../../../src/policy/manifest/resources.ts'
import {
  isNotHit,
  isUnused,
  type PolicyUsage,
  type RuleUsage,
  type Usage,
} from '../../../src/policy/usage/policy-usage.ts'
import {
  hitName,
  isWhole,
  recordedWords,
  ruleName,
  tracelessWords,
} from '../../../src/policy/usage/usage-words.ts'
import type { HitsAnswer } from '../../../src/wire/history-hits.ts'
import { wrapped } from '../compare/wrapped-text.ts'
import { faultLines } from '../policies/fault-lines.ts'

/** So many hits of policies that were not loaded are listed. */
const MAX_UNKNOWN = 20

export function hitsText(answer: HitsAnswer, usage: Usage, faults: readonly Fault[]): string {
  const { policies, unknown } = usage
  const rules = policies.flatMap((of) => of.rules.map((rule) => ({ of, rule })))
  const notHit = rules.filter(({ rule }) => isNotHit(rule))
  const unused = policies.filter(isUnused)
  const partly = policies.filter((each) => !isUnused(each) && each.rules.some(isNotHit))
  const hit = policies.filter((each) => hitLines(each).length > 0)
  const untold = rules.filter(({ rule }) => rule.traceless !== null)
  const inWhat = isWhole(answer) ? 'Not hit in this time' : 'Not hit in what was recorded of this time'
  const lines = [
    ...faultLines(faults),
    `Hits from ${timeText(answer.from)} to ${timeText(answer.to)}`,
    ...recordedWords(answer, timeText).flatMap((words) => wrapped(words, { more: '  ' })),
    '',
    `${inWhat}: ${formatCount(notHit.length)} of ${formatPlural(rules.length, 'rule')}` +
      (unused.length === 0
        ? ''
        : `, and of ${formatPlural(unused.length, 'policy', 'policies')} none at all`),
    ...[...unused, ...partly].flatMap((each) => [
      `  ${policyText(each)}${isUnused(each) ? ': no rule of it' : ''}`,
      ...each.rules.filter(isNotHit).map((rule) => `    ${ruleText(rule)}`),
      ...staleLines(each),
    ]),
    ...section('Hit', hit, (each) => [`  ${policyText(each)}`, ...hitLines(each)]),
    ...section('Not known', untold, ({ of, rule }) =>
      wrapped(
        `${policyText(of)}, ${ruleText(rule)}: ${rule.traceless === null ? '' : tracelessWords(rule.traceless)}`,
        { first: '  ', more: '    ' },
      ),
    ),
    ...section('Hits of policies that were not loaded', unknown.slice(0, MAX_UNKNOWN), (recorded) => [
      `  ${unknownText(recorded)}, ${timesText(recorded)}`,
    ]),
    ...(unknown.length > MAX_UNKNOWN ? [`  … and ${formatCount(unknown.length - MAX_UNKNOWN)} more`] : []),
  ]
  return `${lines.map((line) => visibleText(line)).join('\n')}\n`
}

function section<Item>(
  title: string,
  items: readonly Item[],
  linesOf: (item: Item) => readonly string[],
): readonly string[] {
  return items.length === 0 ? [] : ['', title, ...items.flatMap(linesOf)]
}

function hitLines({ rules, endOfTier, policy }: PolicyUsage): readonly string[] {
  const ofRules = rules.flatMap((rule) =>
    rule.times === null ? [] : [`    ${ruleText(rule)}, ${timesText(rule.times)}`],
  )
  const end = endOfTier === null ? [] : [`    end of tier ${policy.tier}, ${timesText(endOfTier)}`]
  return [...ofRules, ...end]
}

function staleLines({ stale }: PolicyUsage): readonly string[] {
  return stale === null ? [] : [`    it was hit by rules that it does not have any more, ${timesText(stale)}`]
}

function policyText({ policy, isStaged }: PolicyUsage): string {
  return `${objectName(policy)}, tier ${policy.tier}${isStaged ? ', staged' : ''}`
}

function ruleText(rule: RuleUsage): string {
  const { action, place } = rule
  return `${ruleName(rule)}, ${action}  (${place.file}:${place.line})`
}

function unknownText(recorded: RecordedHit): string {
  const { kind, namespace, name, tier } = namedPolicy(recorded.hit)
  const words = `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`
  return `${words}, tier ${tier}, ${hitName(recorded)}`
}

function timesText({ last, records }: RecordedTimes): string {
  return `last ${timeText(last)}, ${formatPlural(records, 'record')}`
}

function timeText(time: number): string {
  return isoTime(time) ?? String(time)
}

/** One object; docs/history.md has its members. */
export function hitsJson(answer: HitsAnswer, { policies, unknown }: Usage, faults: readonly Fault[]): string {
  const { from, to, recorded, gaps, omitted, incomplete } = answer
  return `${JSON.stringify(
    {
      flowtraceHits: 1,
      from: isoTime(from),
      to: isoTime(to),
      isWhole: isWhole(answer),
      recorded: { ...recorded, ...between(recorded.first, recorded.last) },
      gaps: gaps.map((gap) => ({ from: isoTime(gap.from), to: isoTime(gap.to), cause: gap.cause })),
      omitted,
      incomplete,
      policies: policies.map((each) => ({
        ...each.policy,
        isStaged: each.isStaged,
        isUnused: isUnused(each),
        rules: each.rules.map(({ times, traceless, ...rule }) => ({
          ...rule,
          is: times !== null ? 'hit' : traceless === null ? 'not hit' : 'not known',
          why: traceless === null ? null : tracelessWords(traceless),
          hit: timesJson(times),
        })),
        endOfTier: timesJson(each.endOfTier),
        formerRules: timesJson(each.stale),
      })),
      notLoaded: unknown.map(({ hit, reporter, stage, ...times }) => ({
        hit,
        reporter,
        stage,
        ...timesJson(times),
      })),
      faults,
    },
    null,
    2,
  )}\n`
}

function between(first: number | null, last: number | null) {
  return { first: first === null ? null : isoTime(first), last: last === null ? null : isoTime(last) }
}

function timesJson(times: RecordedTimes | null) {
  return times === null
    ? null
    : { first: isoTime(times.first), last: isoTime(times.last), records: times.records }
}
