/** Checks the types of an object's fields, and finds those that are not known. */
import { unreachable } from '../../lib/assert.ts'
import type { Subject } from './fault-list.ts'
import type { YamlNode } from './yaml-tree.ts'

export type Schema =
  | { readonly is: 'text'; readonly oneOf?: readonly string[]; readonly maxLength?: number }
  | { readonly is: 'number'; readonly isInteger?: boolean; readonly from?: number; readonly to?: number }
  | { readonly is: 'boolean' }
  /** A number or a text, as ports and protocols are. */
  | { readonly is: 'number-or-text' }
  | { readonly is: 'list'; readonly of: Schema; readonly maxItems?: number }
  /** Any names, as those of labels. */
  | { readonly is: 'map'; readonly of: Schema }
  | {
      readonly is: 'object'
      readonly fields: Readonly<Record<string, Schema>>
      readonly required?: readonly string[]
      /** Other fields than these are left alone. */
      readonly isOpen?: boolean
    }
  | { readonly is: 'anything' }

export const TEXT: Schema = { is: 'text' }
export const NUMBER: Schema = { is: 'number' }
export const BOOLEAN: Schema = { is: 'boolean' }
export const NUMBER_OR_TEXT: Schema = { is: 'number-or-text' }
export const ANYTHING: Schema = { is: 'anything' }
export const LABELS: Schema = { is: 'map', of: TEXT }

export function listOf(of: Schema, maxItems?: number): Schema {
  return maxItems === undefined ? { is: 'list', of } : { is: 'list', of, maxItems }
}

export function objectOf(fields: Readonly<Record<string, Schema>>, ...required: string[]): Schema {
  return { is: 'object', fields, required }
}

/** An object of which only these fields are looked at. */
export function openObject(fields: Readonly<Record<string, Schema>>, ...required: string[]): Schema {
  return { is: 'object', fields, required, isOpen: true }
}

/** Reports what a value has wrong: an object with a wrong type is refused, as the API server would. */
export function checkSchema(node: YamlNode, schema: Schema, path: string, subject: Subject): void {
  switch (schema.is) {
    case 'anything':
      return
    case 'text':
      if (node.is !== 'text') return refuseType(node, path, 'a text', subject)
      if (schema.oneOf !== undefined && !schema.oneOf.includes(node.text))
        return subject.refuse(node, path, `"${shortened(node.text)}" is none of ${schema.oneOf.join(', ')}`)
      if (schema.maxLength !== undefined && node.text.length > schema.maxLength)
        subject.refuse(node, path, `Longer than ${schema.maxLength} characters`)
      return
    case 'number':
      return checkNumber(node, schema, path, subject)
    case 'boolean':
      if (node.is !== 'boolean') refuseType(node, path, 'true or false', subject)
      return
    case 'number-or-text':
      if (node.is !== 'number' && node.is !== 'text') refuseType(node, path, 'a number or a text', subject)
      return
    case 'list':
      return checkList(node, schema, path, subject)
    case 'map':
      if (node.is !== 'map') return refuseType(node, path, 'a mapping', subject)
      for (const [name, { value }] of node.members)
        checkSchema(value, schema.of, `${path}["${name}"]`, subject)
      return
    case 'object':
      return checkObject(node, schema, path, subject)
    default:
      return unreachable(schema, 'schema')
  }
}

function checkNumber(
  node: YamlNode,
  { isInteger = false, from = -Infinity, to = Infinity }: Extract<Schema, { is: 'number' }>,
  path: string,
  subject: Subject,
): void {
  if (node.is !== 'number' || !Number.isFinite(node.value) || (isInteger && !Number.isInteger(node.value)))
    return refuseType(node, path, isInteger ? 'a whole number' : 'a number', subject)
  if (node.value < from || node.value > to)
    subject.refuse(node, path, `${node.value} is not within ${from} to ${to}`)
}

function checkList(
  node: YamlNode,
  { of, maxItems = Infinity }: Extract<Schema, { is: 'list' }>,
  path: string,
  subject: Subject,
): void {
  if (node.is !== 'list') return refuseType(node, path, 'a list', subject)
  if (node.items.length > maxItems) return subject.refuse(node, path, `More than ${maxItems} items`)
  for (const [i, item] of node.items.entries()) checkSchema(item, of, `${path}[${i}]`, subject)
}

function checkObject(
  node: YamlNode,
  { fields, required = [], isOpen = false }: Extract<Schema, { is: 'object' }>,
  path: string,
  subject: Subject,
): void {
  if (node.is !== 'map') return refuseType(node, path, 'a mapping', subject)
  for (const [name, { key, value }] of node.members) {
    const inner = path === '' ? name : `${path}.${name}`
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    // Null is as good as no value: the API server drops both.
    if (field !== undefined) {
      if (value.is !== 'null') checkSchema(value, field, inner, subject)
    } else if (!isOpen) {
      const place = subject.file.placeOf(key)
      subject.noteAt(
        'unknown',
        place,
        inner,
        `There is no field "${shortened(name)}" here, or it is of a newer version`,
      )
    }
  }
  for (const name of required) {
    const value = node.members.get(name)?.value
    if (value === undefined || value.is === 'null') subject.refuse(node, path, `"${name}" is missing`)
  }
}

function refuseType(node: YamlNode, path: string, expected: string, subject: Subject): void {
  subject.refuse(node, path, `${expected} is expected here, and not a ${node.is}`)
}

const MAX_QUOTED = 60

/** The beginning of a text, for a sentence about it. */
export function shortened(text: string): string {
  return text.length <= MAX_QUOTED ? text : `${text.slice(0, MAX_QUOTED)}…`
}
