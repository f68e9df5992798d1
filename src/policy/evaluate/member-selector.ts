/** The selectors whose members Felix puts into the sets of addresses that a rule asks (felix/calc/rule_scanner.go:567-611). */
import type { RuleEnd } from '../manifest/policy.ts'
import type { Selector } from '../selector/selector.ts'

type Selectors = Pick<RuleEnd, 'selector' | 'notSelector'>

/**
 * What an end has to be a member of; null where it may be anything. A `notSelector` beside a `selector` narrows it, and
 * ports by name are those of its members alone.
 */
export function positiveSelector({ selector, notSelector }: Selectors): Selector | null {
  if (selector === null || notSelector === null) return selector
  return { is: 'and', operands: [selector, { is: 'not', operand: notSelector }] }
}

/** What an end may not be a member of; null where nothing is excluded beyond {@link positiveSelector}. */
export function negativeSelector({ selector, notSelector }: Selectors): Selector | null {
  return selector === null ? notSelector : null
}
