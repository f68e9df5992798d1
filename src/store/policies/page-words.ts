/**
 * The engine's words as the page has them: rules are counted from 1, where the terminal has Calico's indexes, and the labels
 * of namespaces and service accounts do not have the prefixes with which Calico passes them on.
 */
import type { PolicyHit } from '../../flows/flow.ts'
import { hitWords } from '../../policy/evaluate/hit-words.ts'

/** A text in quotes, such as a value of a selector, which stays; a rule with its index; a prefix of a label. */
const REPLACED = /"[^"]*"|'[^']*'|\brule (\d+)\b|(?<![\w./-])(pcns|pcsa)\.(?=\w)/g

const OWNERS: Readonly<Record<string, string>> = { pcns: 'namespace label ', pcsa: 'service account label ' }

export function pageWords(words: string): string {
  return words.replaceAll(REPLACED, (text, index: string | undefined, prefix: string | undefined) => {
    if (index !== undefined) return `rule ${Number(index) + 1}`
    return (prefix === undefined ? undefined : OWNERS[prefix]) ?? text
  })
}

/** As `Deny GlobalNetworkPolicy web rule 1`. */
export function pageHitWords(hit: PolicyHit): string {
  return pageWords(hitWords(hit))
}
