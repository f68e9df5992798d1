/** The engine's words as the page has them: it counts rules from 1, where the terminal has Calico's indexes. */
import type { PolicyHit } from '../../flows/flow.ts'
import { hitWords } from '../../policy/evaluate/hit-words.ts'

/** A rule with its index, or a text in quotes, such as a value of a selector, which stays. */
const RULE_OR_QUOTED = /"[^"]*"|'[^']*'|\brule (\d+)\b/g

export function withRulesFromOne(words: string): string {
  return words.replaceAll(RULE_OR_QUOTED, (text, index: string | undefined) =>
    index === undefined ? text : `rule ${Number(index) + 1}`,
  )
}

/** As `Deny GlobalNetworkPolicy web rule 1`. */
export function pageHitWords(hit: PolicyHit): string {
  return withRulesFromOne(hitWords(hit))
}
