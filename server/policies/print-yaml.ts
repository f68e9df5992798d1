/**
 * Prints a value of JSON as YAML in blocks, as kubectl does, so that a rule reads well where it is quoted. The `yaml` package
 * takes ten times as long, which the event loop of a gateway has not got for thousands of objects at once.
 */

import { isObject } from '../../src/lib/is-object.ts'

/** Deeper than the API server lets an object be; what is deeper still is printed as JSON, which is YAML too. */
const MAX_DEPTH = 100

export function printYaml(value: Readonly<Record<string, unknown>>): string {
  const lines: string[] = []
  printMembers(value, '', '', lines)
  return `${lines.join('\n')}\n`
}

/** @param first Begins the first line in place of the indent: what stands before a member in an item of a list. */
function printMembers(
  value: Readonly<Record<string, unknown>>,
  indent: string,
  first: string,
  lines: string[],
): void {
  let begin = first
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue
    printMember(`${begin}${printScalar(key)}:`, member, indent, lines)
    begin = indent
  }
}

function printMember(before: string, value: unknown, indent: string, lines: string[]): void {
  if (Array.isArray(value) && value.length > 0) {
    lines.push(before)
    for (const item of value) printItem(item, indent, lines)
  } else if (hasMembers(value) && indent.length < 2 * MAX_DEPTH) {
    lines.push(before)
    printMembers(value, `${indent}  `, `${indent}  `, lines)
  } else {
    lines.push(`${before} ${printScalar(value)}`)
  }
}

/** As kubectl does, the hyphen stands below the key of its list. A list in a list is printed as JSON. */
function printItem(item: unknown, indent: string, lines: string[]): void {
  if (hasMembers(item)) printMembers(item, `${indent}  `, `${indent}- `, lines)
  else lines.push(`${indent}- ${printScalar(item)}`)
}

function hasMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    isObject(value) && !Array.isArray(value) && Object.values(value).some((member) => member !== undefined)
  )
}

/** Texts that begin with a letter, and that neither YAML 1.2 nor 1.1 could take for anything else. */
const PLAIN = /^[A-Za-z_](?:[\w ./()'"=&|!{}<>,+*-]|:(?=\w))*$/
const WORD = /^(?:true|false|null|yes|no|on|off|y|n)$/i
/** A number without digits before its exponent, which readers of YAML 1.1 take it for. */
const EXPONENT = /^e[+-]?\d+$/i
const NET = /^\d+\.\d+\.\d+\.\d+(?:\/\d+)?$/

function printScalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null'
  const isText = !WORD.test(value) && !EXPONENT.test(value) && !value.endsWith(' ')
  const isPlain = (PLAIN.test(value) && isText) || NET.test(value)
  return isPlain ? value : JSON.stringify(value)
}
