/**
 * Sentences as data: each says how sure it is, and of what parts it is made, so that a screen can set names and
 * verdicts apart while text and Markdown say exactly the same. Whatever comes out of a record is a part of its own.
 */

/** Read in the record; following from the record by Calico's rules; or not to be known from it. */
export type Certainty = 'recorded' | 'inferred' | 'unknown'

/** `code` is a name from the record, `verdict` the verdict, `strong` what else the eye should find. */
export type PartRole = 'plain' | 'code' | 'verdict' | 'strong'

export interface Part {
  readonly text: string
  readonly role: PartRole
}

/** One sentence or more that are equally sure. */
export interface Statement {
  readonly certainty: Certainty
  readonly parts: readonly Part[]
}

export type Parts = readonly Part[]

export function code(text: string): Part {
  return { text, role: 'code' }
}

export function verdict(text: string): Part {
  return { text, role: 'verdict' }
}

export function strong(text: string): Part {
  return { text, role: 'strong' }
}

/** A template of plain text and parts; neighbours that are both plain become one. */
export function say(texts: TemplateStringsArray, ...values: readonly (string | Part | Parts)[]): Parts {
  const parts: Part[] = []
  const add = (part: Part) => {
    const last = parts.at(-1)
    if (part.text === '') return
    if (last?.role === 'plain' && part.role === 'plain') {
      parts[parts.length - 1] = { text: last.text + part.text, role: 'plain' }
    } else parts.push(part)
  }
  texts.forEach((text, i) => {
    add({ text, role: 'plain' })
    const value = values[i]
    if (value === undefined) return
    if (typeof value === 'string') add({ text: value, role: 'plain' })
    else if ('role' in value) add(value)
    else value.forEach(add)
  })
  return parts
}

/** Parts with a separator between them: `a, b and c` with `, ` and ` and `. */
export function list(items: readonly Parts[], between = ', ', beforeLast = ' and '): Parts {
  return items.flatMap((item, i) => {
    if (i === 0) return item
    return [...say`${i === items.length - 1 ? beforeLast : between}`, ...item]
  })
}

/** With a capital at the start, unless it starts with a name. */
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

/** "What … is not known: why." Such a sentence says by itself that it knows nothing. */
export function notKnown(what: Parts, why: Parts): Statement {
  return { certainty: 'unknown', parts: say`${what} is not known: ${why}.` }
}

/** The words that text and Markdown put before a statement; what is unknown says so itself. */
export function certaintyPrefix(certainty: Certainty): string {
  return certainty === 'inferred' ? 'Inferred: ' : ''
}

/** The parts as plain text. */
export function partsText(parts: Parts): string {
  return parts.map((part) => part.text).join('')
}

/** The statements as plain text on one line; what is inferred is announced. */
export function plainText(statements: readonly Statement[]): string {
  return statements.map(({ certainty, parts }) => certaintyPrefix(certainty) + partsText(parts)).join(' ')
}
