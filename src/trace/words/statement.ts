/**
 * Sentences as rich text, each with its certainty. The screen styles the parts, text and Markdown join them, so that
 * all three say the same. Every name from a record is a part of its own, which Markdown escapes as code.
 */
import { visibleText } from '../../lib/visible-text.ts'

/**
 * How sure a statement is. Every statement about a flow has one of the three, and they always look different.
 *
 * - `recorded`: the record says so itself. "Denied at the source", "rule 2 of policy x allowed this".
 * - `inferred`: the record does not say so, but it follows by Calico's rules, and the sentence gives the reason. "No
 *   enforced policy selected the source, because a tier that has one leaves a hit, and there is none."
 * - `unknown`: the record does not tell, and the sentence says what is missing. "What decided is not known: …"
 */
export type Certainty = 'recorded' | 'inferred' | 'unknown'

/** How a part looks: `code` is a name from the record, `verdict` the verdict, `strong` a number or a port. */
export type PartRole = 'plain' | 'code' | 'verdict' | 'strong'

export interface Part {
  readonly text: string
  readonly role: PartRole
}

/** One or more sentences of one certainty. */
export interface Statement {
  readonly certainty: Certainty
  readonly parts: readonly Part[]
}

export type Parts = readonly Part[]

/** Every part is made here, so that no control character of a record gets into a sentence. */
function part(text: string, role: PartRole): Part {
  return { text: visibleText(text), role }
}

export function code(text: string): Part {
  return part(text, 'code')
}

export function verdict(text: string): Part {
  return part(text, 'verdict')
}

export function strong(text: string): Part {
  return part(text, 'strong')
}

/** Template tag that builds parts from plain text and parts. Adjacent plain texts become one part, empty ones none. */
export function say(texts: TemplateStringsArray, ...values: readonly (string | Part | Parts)[]): Parts {
  const parts: Part[] = []
  const add = (next: Part) => {
    const last = parts.at(-1)
    if (next.text === '') return
    if (last?.role === 'plain' && next.role === 'plain') {
      parts[parts.length - 1] = { text: last.text + next.text, role: 'plain' }
    } else parts.push(next)
  }
  texts.forEach((text, i) => {
    add({ text, role: 'plain' })
    const value = values[i]
    if (value === undefined) return
    if (typeof value === 'string') add(part(value, 'plain'))
    else if ('role' in value) add(value)
    else value.forEach(add)
  })
  return parts
}

/** A list in prose: `a, b and c`, with `, ` and ` and ` as the separators. */
export function list(items: readonly Parts[], between = ', ', beforeLast = ' and '): Parts {
  return items.flatMap((item, i) => {
    if (i === 0) return item
    return [...say`${i === items.length - 1 ? beforeLast : between}`, ...item]
  })
}

/** The parts with a capital at the start, unless they start with a name from the record, which keeps its case. */
export function capitalised(parts: Parts): Parts {
  const [first, ...rest] = parts
  if (first === undefined || first.role === 'code') return parts
  return [{ ...first, text: first.text.charAt(0).toUpperCase() + first.text.slice(1) }, ...rest]
}

export function recorded(parts: Parts): Statement {
  return { certainty: 'recorded', parts }
}

export function inferred(parts: Parts): Statement {
  return { certainty: 'inferred', parts }
}

/** The unknown statement "… is not known: why." It needs no prefix, because the sentence itself says so. */
export function notKnown(what: Parts, why: Parts): Statement {
  return { certainty: 'unknown', parts: say`${what} is not known: ${why}.` }
}

/** The kind of a statement in words, as tags name it. */
export function certaintyWords(certainty: Certainty): string {
  return certainty === 'unknown' ? 'cannot be said' : certainty
}

/** The prefix of a statement in text and Markdown: `Inferred: `, and nothing before a recorded or an unknown one. */
export function certaintyPrefix(certainty: Certainty): string {
  return certainty === 'inferred' ? 'Inferred: ' : ''
}

/** The parts as plain text. */
export function partsText(parts: Parts): string {
  return parts.map(({ text }) => text).join('')
}

/** The statements as plain text on one line, inferred ones with their prefix. */
export function plainText(statements: readonly Statement[]): string {
  return statements.map(({ certainty, parts }) => certaintyPrefix(certainty) + partsText(parts)).join(' ')
}
