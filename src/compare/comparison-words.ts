/** A comparison in words: its sections, its headline, and its counts. */
import { displayPort } from '../flows/spelling.ts'
import { formatCount, formatPlural } from '../lib/format.ts'
import {
  areEquallyLong,
  type ComparedGroup,
  type Comparison,
  countOf,
  decidedOn,
  type GroupPort,
  isNewlyDenied,
  perHour,
  type Section,
} from './comparison.ts'
import { NOISE_RULE } from './noise.ts'

/** The name of each section, and what stands in it. */
export const SECTION_WORDS: Readonly<Record<Section, { readonly name: string; readonly hint: string }>> = {
  flipped: { name: 'Flipped', hint: 'seen in A and B, with another verdict or deciding rule' },
  'new-denials': { name: 'New denials', hint: 'denied in B, not seen in A' },
  'gone-quiet': { name: 'Gone quiet', hint: 'allowed in A, not seen in B; quiet is not denied' },
  'denials-gone': { name: 'Denials gone', hint: 'denied in A, not seen in B; gone is not allowed' },
  'new-talkers': { name: 'New talkers', hint: 'allowed in B, not seen in A' },
  'more-or-less': { name: 'More or less', hint: `same verdict, ${NOISE_RULE}` },
}

/** A part of the headline; denials are marked, as the screen colours them. */
export interface HeadlinePart {
  readonly text: string
  readonly isDenial: boolean
}

function pairsIn(groups: readonly ComparedGroup[]): number {
  return new Set(groups.map(({ ends }) => JSON.stringify(ends))).size
}

const are = (count: number, what: string): string => `${count === 1 ? 'is' : 'are'} ${what}`

/** How many pairs did what, without those of which there are none: `2 went quiet`. The first one says that they are pairs. */
function happenings({ groups }: Comparison, isFirst: boolean): readonly string[] {
  const counts: readonly (readonly [readonly ComparedGroup[], (count: number) => string])[] = [
    [
      groups.filter(({ section, b }) => section === 'flipped' && b?.verdict === 'Allow').filter(wasDenied),
      (count) => are(count, 'allowed now'),
    ],
    [groups.filter(isAllowedNoMore), (count) => are(count, 'not allowed any more')],
    [groups.filter(isDeniedNoMore), (count) => are(count, 'not denied any more')],
    [groups.filter(isDeniedAtOtherEnds), (count) => are(count, 'denied at other ends')],
    [groups.filter(({ section }) => section === 'gone-quiet'), () => 'went quiet'],
    [groups.filter(({ section }) => section === 'new-talkers'), (count) => are(count, 'new')],
    [groups.filter(isDecidedByAnotherRule), (count) => are(count, 'decided by another rule')],
    [groups.filter(({ section }) => section === 'more-or-less'), (count) => are(count, 'busier or calmer')],
  ]
  return counts
    .map(([found, words]) => ({ count: pairsIn(found), words }))
    .filter(({ count }) => count > 0)
    .map(({ count, words }, i) => {
      const what = isFirst && i === 0 ? formatPlural(count, 'pair') : formatCount(count)
      return `${what} ${words(count)}`
    })
}

const wasDenied = (group: ComparedGroup): boolean => decidedOn(group, 'a')?.verdict === 'Deny'

/** Whether what was allowed and denied in A is denied alone in B. */
function isAllowedNoMore({ section, a, b }: ComparedGroup): boolean {
  return section === 'flipped' && a?.verdict === 'Allow' && b === null
}

/** Whether a denial is gone, or what was denied and allowed in A is allowed alone in B. */
function isDeniedNoMore({ section, a, b, beside }: ComparedGroup): boolean {
  if (section === 'denials-gone') return true
  return section === 'flipped' && a?.verdict === 'Deny' && b === null && beside?.verdict === 'Allow'
}

/** Whether what is denied in A and in B is denied by one end more, or by one less. */
function isDeniedAtOtherEnds({ section, a, b, beside }: ComparedGroup): boolean {
  return section === 'flipped' && (a ?? b)?.verdict === 'Deny' && beside?.verdict === 'Deny'
}

function isDecidedByAnotherRule({ section, a, b }: ComparedGroup): boolean {
  return section === 'flipped' && a !== null && b !== null && a.verdict === b.verdict
}

function listed(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`
}

const plain = (text: string): HeadlinePart => ({ text, isDenial: false })

/** How many of the pairs that are newly denied were allowed before. */
function allowedBefore(before: number, denied: number): string {
  if (before === 0) return ''
  if (before === denied) return denied === 1 ? ', which was allowed before' : ', all of them allowed before'
  return `, ${formatCount(before)} of them ${before === 1 ? 'was' : 'were'} allowed before`
}

/** One sentence: `After 22:00, 3 pairs are newly denied, 1 of them was allowed before; 2 went quiet and 2 are new.` */
export function headlineOf(comparison: Comparison, where = 'In B'): readonly HeadlinePart[] {
  if (comparison.a.records + comparison.b.records === 0)
    return [plain('Neither A nor B has a record that matches: nothing was compared.')]
  const denied = comparison.groups.filter(isNewlyDenied)
  const others = listed(happenings(comparison, denied.length === 0))
  if (denied.length === 0)
    return [plain(others === '' ? `${where}, nothing changed beyond what is usual.` : `${where}, ${others}.`)]
  const count = pairsIn(denied)
  const before = pairsIn(denied.filter(({ section }) => section === 'flipped'))
  return [
    plain(`${where}, `),
    { text: `${formatPlural(count, 'pair')} ${are(count, 'newly denied')}`, isDenial: true },
    plain(`${allowedBefore(before, count)}${others === '' ? '' : `; ${others}`}.`),
  ]
}

/** Below the headline: how many groups did not change, and what the counts are. */
export function footingOf(comparison: Comparison): string {
  const { groups, asBefore, unit, withoutVerdict } = comparison
  const all = groups.length + asBefore.groups
  const hasGaps = comparison.a.gaps.length + comparison.b.gaps.length > 0
  const lengths = areEquallyLong(comparison)
    ? `Counts are ${unit}, A and B equally long.`
    : `Counts are ${unit} per hour, because A and B ${hasGaps ? 'were not recorded' : 'are not'} equally long.`
  const why = unit === 'records' ? ' Some records have no connections.' : ''
  const left = withoutVerdict.a + withoutVerdict.b
  const without = left === 0 ? '' : ` ${formatPlural(left, 'record')} without a verdict left out.`
  const rule = groups.some(({ section }) => section === 'more-or-less') ? '' : ` (none has ${NOISE_RULE})`
  return `${asBeforeWords(asBefore.groups, all, rule)}${lengths}${why}${without}`
}

/** `rule`: how much would be a change, where no group says it. */
function asBeforeWords(count: number, all: number, rule: string): string {
  if (all === 0) return ''
  if (count === 0) return `None of ${formatPlural(all, 'group')} is as before. `
  return `${formatCount(count)} of ${formatPlural(all, 'group')} ${are(all, 'as before')}, within what is usual for them${rule}. `
}

/** `tcp 80, 443 +23, icmp +1`: the most used ports by protocol, and how many more there are. */
export function portsInShort(ports: readonly GroupPort[], most = 3): string {
  const texts: string[] = []
  for (const proto of new Set(ports.map((port) => port.proto))) {
    const own = ports.filter((port) => port.proto === proto)
    const shown = own.slice(0, Math.max(1, most - texts.length))
    const [first, ...others] = shown.map(({ port }) => displayPort({ proto, destPort: port }))
    const numbers = others.map((text) => text.replace(/^.* /, ''))
    const more = own.length - shown.length
    texts.push([first, ...numbers].join(', ') + (more > 0 ? ` +${more}` : ''))
    if (texts.length === most) break
  }
  return texts.join(', ')
}

/** The count of a side as it is shown: by the hour where the sides are not equally long; null where it was not seen. */
export function shownCount(comparison: Comparison, group: ComparedGroup, side: 'a' | 'b'): number | null {
  const count = countOf(comparison, group[side])
  return count === null || areEquallyLong(comparison) ? count : perHour(count, comparison[side].seconds)
}

/** A count or a rate: below 10 by the hour with one decimal. */
export function countText(count: number | null): string {
  if (count === null) return 'not seen'
  return Number.isInteger(count) || count >= 10 ? formatCount(count) : count.toFixed(1)
}

/** How much the count changed: `new`, `gone`, `same`, `+89 %`, `−37 %`, `12 times`. */
export function differenceText(a: number | null, b: number | null): string {
  if (a === null) return 'new'
  if (b === null) return 'gone'
  if (a === b) return 'same'
  if (a === 0) return `+${countText(b)}`
  if (b >= a * 10) return `${formatCount(b / a)} times`
  const percent = Math.round((b / a - 1) * 100)
  return percent === 0 ? 'same' : `${percent > 0 ? '+' : '−'}${Math.abs(percent)} %`
}
