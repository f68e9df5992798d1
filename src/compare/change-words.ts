/** What changed in a group in words, with the policies that decided before and after. */
import type { FlowKey } from '../flows/flow.ts'
import { unreachable } from '../lib/assert.ts'
import { formatAge } from '../lib/format.ts'
import { visibleText } from '../lib/visible-text.ts'
import { type CompactTrace, compactTrace } from '../trace/ladder/compact-trace.ts'
import { verdictWords } from '../trace/words/verdict-words.ts'
import type { ComparedGroup, GroupSide } from './comparison.ts'

/**
 * A part of a line. `policy` is the name of a policy; what is `inferred` or `unknown` is no record's word, and looks
 * different.
 */
export interface ChangePart {
  readonly text: string
  readonly role: 'plain' | 'policy' | 'inferred' | 'unknown'
}

export type ChangeLine = readonly ChangePart[]

type Decided = Pick<GroupSide, 'verdict' | 'reporter' | 'decisions'>

/** `Allowed`, `Denied leaving`. */
export function sideVerdict({ verdict, reporter }: Pick<GroupSide, 'verdict' | 'reporter'>): string {
  return verdictWords(verdict, reporter)
}

const plain = (text: string): ChangePart => ({ text, role: 'plain' })
const textOf = (line: ChangeLine): string => line.map(({ text }) => text).join('')

/** ` (GlobalNetworkPolicy, tier security)`: the namespace is part of the policy's path. */
function originText({ tier, policy }: CompactTrace): string {
  const facts = [policy?.kindWords ?? '', tier === '' ? '' : `tier ${tier}`].filter(Boolean)
  return facts.length === 0 ? '' : ` (${visibleText(facts.join(', '))})`
}

/** ` by 00-default-deny (GlobalNetworkPolicy, tier default): no rule allowed it`. */
function decisionLine(key: FlowKey): ChangeLine {
  const trace = compactTrace(key)
  const { known, policy, at, tier, text } = trace
  if (!known) return [plain(', by what is '), { text, role: 'unknown' }]
  if (policy === null)
    return [plain(` at the end of ${tier === '' ? 'a tier that is not recorded' : `tier ${tier}`}: ${at}`)]
  const name: ChangePart = { text: policy.path, role: 'policy' }
  // `rule 2` belongs to the name; `no rule allowed it` and `all tiers passed` are why the policy decided.
  return at.startsWith('rule')
    ? [plain(' by '), name, plain(` ${at}${originText(trace)}`)]
    : [plain(' by '), name, plain(`${originText(trace)}: ${at}`)]
}

/** What decided one side: at the end that is counted, or else at the end `at`, and how many others did besides. */
function decidedLine(verb: string, { verdict, reporter, decisions }: Decided, at = reporter): ChangeLine {
  const own = decisions.filter((key) => key.reporter === at)
  const lines = (own.length === 0 ? decisions : own).map(decisionLine)
  const others = new Set(lines.map(textOf)).size - 1
  const word = verdict === 'Deny' ? 'denied' : 'allowed'
  const more = others > 0 ? [plain(` and ${others} more`)] : []
  return [plain(`${verb}${word}`), ...(lines[0] ?? [plain(', by what is not known')]), ...more]
}

function flippedLines({ a, b, beside }: ComparedGroup): readonly ChangeLine[] {
  if (a !== null && b !== null) {
    // At the end that denied: there it is another rule that decided.
    const at = b.verdict === 'Deny' ? b.reporter : a.reporter
    return [decidedLine('was ', a, at), decidedLine('now ', b, at)]
  }
  const own = decidedLine(a === null ? 'now ' : 'was ', (a ?? b)!)
  const rest = beside === null ? '' : ` (${sideVerdict(beside).toLowerCase()} too, in part)`
  return [[...own, plain(rest)]]
}

/** How often a group came that one side alone has: `runs about every 30 min`, `seen once, for 45 s`. */
function rhythmWords({ rhythm }: ComparedGroup): string {
  if (rhythm === null) return ''
  return rhythm.every === null
    ? `seen once, for ${formatAge(rhythm.activeSeconds)}`
    : `runs about every ${formatAge(rhythm.every)}`
}

/** What changed in a group: of what flipped a line of what was, and one of what is now. */
export function changeLines(group: ComparedGroup): readonly ChangeLine[] {
  const { section, a, b, mayBeTooShort } = group
  switch (section) {
    case 'flipped':
      return flippedLines(group)
    case 'gone-quiet':
    case 'denials-gone':
      return mayBeTooShort
        ? [[{ text: `${rhythmWords(group)}: B may be too short to tell`, role: 'inferred' }]]
        : [decidedLine('was ', a!)]
    case 'new-denials':
    case 'new-talkers': {
      const line = decidedLine('', b!)
      return mayBeTooShort
        ? [line, [{ text: `${rhythmWords(group)}: A may be too short to tell`, role: 'inferred' }]]
        : [line]
    }
    case 'more-or-less':
      return [decidedLine('', b ?? a!)]
    default:
      return unreachable(section, 'section')
  }
}

/** {@link changeLines} as one text. */
export function changeWords(group: ComparedGroup): string {
  return changeLines(group).map(textOf).join('; ')
}
