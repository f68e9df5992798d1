/**
 * Finds labels that a selector matches, or that there are none. Two selectors that cannot match the same labels are told
 * from two that can by asking for an example of both.
 */
import { unreachable } from '../../lib/assert.ts'
import { matchSelector } from './match.ts'
import type { Comparison, Membership, Selector } from './selector.ts'

export type Example =
  | { readonly is: 'example'; readonly labels: Readonly<Record<string, string>> }
  /** No labels match. */
  | { readonly is: 'none' }
  /** The selector is too large, or compares parts of values in a way for which no value was found. */
  | { readonly is: 'unsure' }

/** A condition on one label, or its opposite. */
interface Literal {
  readonly label: string
  readonly condition: Comparison | Membership | { readonly is: 'has'; readonly label: string }
  readonly isNegated: boolean
}

/** Alternatives that are looked at. A selector of 1,024 characters can have more, but none that a person wrote has. */
const MAX_ALTERNATIVES = 256
/** What is put between the parts of a value to make it another one. */
const FILLERS = ['', 'x', 'y', '-1', '-2', 'example']

/** Labels that all of the selectors match. */
export function exampleLabels(...selectors: readonly Selector[]): Example {
  const whole: Selector = selectors.length === 1 ? selectors[0]! : { is: 'and', operands: selectors }
  const alternatives = alternativesOf(whole, false)
  if (alternatives === null) return { is: 'unsure' }
  let isUnsure = false
  for (const literals of alternatives) {
    const labels = labelsFor(literals)
    if (labels === undefined) isUnsure = true
    else if (labels !== null && matchSelector(whole, labels)) return { is: 'example', labels }
  }
  return { is: isUnsure ? 'unsure' : 'none' }
}

/** The disjunctive normal form: lists of literals of which one list must hold whole. Null where it is too large. */
function alternativesOf(selector: Selector, isNegated: boolean): readonly (readonly Literal[])[] | null {
  switch (selector.is) {
    case 'all':
    case 'global':
      return isNegated ? [] : [[]]
    case 'has':
    case 'compare':
    case 'set':
      return [[{ label: selector.label, condition: selector, isNegated }]]
    case 'not':
      return alternativesOf(selector.operand, !isNegated)
    case 'and':
    case 'or':
      return junctionOf(selector.operands, (selector.is === 'or') !== isNegated, isNegated)
    default:
      return unreachable(selector, 'selector')
  }
}

function junctionOf(
  operands: readonly Selector[],
  isOr: boolean,
  isNegated: boolean,
): readonly (readonly Literal[])[] | null {
  let result: readonly (readonly Literal[])[] = isOr ? [] : [[]]
  for (const operand of operands) {
    const alternatives = alternativesOf(operand, isNegated)
    if (alternatives === null) return null
    result = isOr
      ? [...result, ...alternatives]
      : result.flatMap((left) => alternatives.map((right) => [...left, ...right]))
    if (result.length > MAX_ALTERNATIVES) return null
  }
  return result
}

/** Labels for which all literals hold; null where that cannot be, undefined where no value was found for one. */
function labelsFor(literals: readonly Literal[]): Readonly<Record<string, string>> | null | undefined {
  const labels: [string, string][] = []
  let isUnsure = false
  for (const label of new Set(literals.map((literal) => literal.label))) {
    const value = valueFor(literals.filter((literal) => literal.label === label))
    if (value === null) return null
    if (value === undefined) isUnsure = true
    else if (value !== ABSENT) labels.push([label, value])
  }
  return isUnsure ? undefined : Object.fromEntries(labels)
}

const ABSENT = Symbol('absent')

/** A value of one label for which all literals hold, or that it is absent; null and undefined as {@link labelsFor}. */
function valueFor(literals: readonly Literal[]): string | typeof ABSENT | null | undefined {
  const holdsFor = (value: string | typeof ABSENT): boolean =>
    literals.every(
      ({ label, condition, isNegated }) =>
        matchSelector(condition, value === ABSENT ? {} : { [label]: value }) !== isNegated,
    )
  if (holdsFor(ABSENT)) return ABSENT
  const positive = literals.filter(({ condition, isNegated }) => isPositive(condition) !== isNegated)
  const listed = positive
    .flatMap(({ condition }) => valuesOf(condition))
    .toSorted((a, b) => a.length - b.length)
  const isListed = positive.some(({ condition }) => hasWholeValues(condition))
  if (isListed) return listed.find(holdsFor) ?? null
  if (literals.some(({ condition, isNegated }) => condition.is === 'has' && isNegated)) return null
  const parts = partsOf(positive)
  return FILLERS.map((filler) => [parts.start, ...parts.middle, parts.end].join(filler)).find(holdsFor)
}

/** Whether a condition needs the label to be there. */
function isPositive(condition: Literal['condition']): boolean {
  if (condition.is === 'has') return true
  return condition.operator !== '!=' && condition.operator !== 'not in'
}

/** Whether one of a few whole values is asked for, by the condition or by the opposite of it. */
function hasWholeValues(condition: Literal['condition']): boolean {
  if (condition.is === 'has') return false
  return condition.is === 'set' || condition.operator === '==' || condition.operator === '!='
}

function valuesOf(condition: Literal['condition']): readonly string[] {
  if (condition.is === 'has' || !hasWholeValues(condition)) return []
  return condition.is === 'set' ? condition.values : [condition.value]
}

function longest(texts: readonly string[]): string {
  return texts.toSorted((a, b) => b.length - a.length)[0] ?? ''
}

/** What a value must begin with, contain and end with, as far as one condition of each kind tells. */
function partsOf(literals: readonly Literal[]): { start: string; middle: readonly string[]; end: string } {
  const of = (operator: Comparison['operator']): readonly string[] =>
    literals.flatMap(({ condition, isNegated }) =>
      condition.is === 'compare' && condition.operator === operator && !isNegated ? [condition.value] : [],
    )
  return { start: longest(of('starts with')), middle: of('contains'), end: longest(of('ends with')) }
}
