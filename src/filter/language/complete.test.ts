import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { anyExpression } from '../testing/arbitrary-queries.ts'
import { complete } from './complete.ts'
import { print } from './print.ts'

/** The completion at the `|` of a text. */
function at(marked: string) {
  const cursor = marked.indexOf('|')
  return complete(marked.replace('|', ''), cursor)
}

function texts(marked: string): readonly string[] {
  return at(marked).options.map(({ text }) => text)
}

describe('completion', () => {
  test.each([
    ['|', 'field'],
    ['not |', 'field'],
    ['-|', 'field'],
    ['-src|', 'field'],
    ['(|', 'field'],
    ['action = deny and |', 'field'],
    ['action = deny or (|', 'field'],
    ['act|', 'field'],
    ['action = deny src|', 'field'],
    ['action |', 'operator'],
    ['action i|', 'operator'],
    ['src.label.app |', 'operator'],
    ['action = |', 'value'],
    ['action =|', 'value'],
    ['action = de|', 'value'],
    ['action: de|', 'value'],
    ['src.ns = "ba|', 'value'],
    ["src.ns = '|", 'value'],
    ['src.ns in (|', 'value'],
    ['src.ns in (a, |', 'value'],
    ['src.ns not in (a, b|', 'value'],
    ['src.ns = (a |', 'keyword'],
    ['src.ns = (a)|', 'keyword'],
    ['src.ns = "a"|', 'keyword'],
    ['action = deny |', 'keyword'],
    ['(action = deny) |', 'keyword'],
    ['basket |', 'keyword'],
    ['basket not |', 'field'],
    ['src.label.|', 'label'],
    ['src.label.ap|', 'label'],
    ['action = deny -label.app.kub|', 'label'],
  ])('%s: %s', (marked, kind) => {
    expect(at(marked).kind).toBe(kind)
  })

  test('a value knows its field and label, and its quotes are replaced with it', () => {
    expect(at('src.ns = (a, "ba|r"')).toMatchObject({ field: 'src.ns', typed: 'ba', from: 13, to: 18 })
    expect(at('dst.label.app = w|eb and x')).toMatchObject({
      field: 'dst.label',
      label: 'app',
      from: 16,
      to: 19,
    })
    expect(at('source.ns = |')).toMatchObject({ field: 'src.ns', from: 12, to: 12 })
    expect(at('nowhere = |').options).toEqual([])
    expect(at('nowhere = |')).not.toHaveProperty('field')
  })

  test('an open quote does not replace what follows the cursor', () => {
    expect(at('src.ns = "ba| and action = deny')).toMatchObject({ from: 9, to: 12 })
  })

  test('the key of a label begins after the field', () => {
    expect(at('src.labels.ap|')).toMatchObject({
      field: 'src.label',
      from: 11,
      to: 13,
      typed: 'ap',
      options: [],
    })
  })

  test('fields that begin as typed stand first, found by alias and title too', () => {
    expect(texts('dst|').slice(0, 4)).toEqual(['dst.ns', 'dst.name', 'dst.type', 'dst.label.'])
    expect(texts('dest|')[0]).toBe('dst.ns')
    expect(texts('verd|')).toContain('action')
    expect(texts('no|')).toContain('not')
    expect(texts('zzz|')).toEqual([])
  })

  test('a closed list offers its words as they are shown, quoted where it must be', () => {
    expect(texts('action = |')).toEqual(['Allow', 'Deny', 'Pass'])
    expect(texts('action = de|')).toEqual(['Deny'])
    expect(texts('reporter = |')).toEqual(['source', 'destination'])
    expect(texts('pending = |')).toEqual(['Allow', 'Deny', 'Pass', '"not computed"', 'enforced'])
    expect(texts('src.label.app = |')).toEqual(['*'])
    expect(texts('src.ns = |')).toEqual([])
  })

  test('a field offers the operators that it takes', () => {
    expect(texts('src.ns |')).toEqual(['=', '!=', '~', '!~', 'in (', 'not in (', 'and', 'or'])
    expect(texts('bytes |').slice(0, 2)).toEqual(['>', '>='])
    expect(texts('src.ns = a |')).toEqual(['and', 'or', 'not'])
    expect(texts('src.ns = (a |')).toEqual([',', ')'])
  })

  test('gives an answer inside the text at every cursor of every query', () => {
    const text = fc.oneof(anyExpression.map(print), fc.string())
    fc.assert(
      fc.property(text, fc.nat(100), (query, place) => {
        const cursor = Math.min(place, query.length)
        const { from, to } = complete(query, cursor)
        expect(from).toBeLessThanOrEqual(cursor)
        expect(to).toBeGreaterThanOrEqual(cursor)
        expect(to).toBeLessThanOrEqual(query.length)
        expect(from).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 500 },
    )
  })
})
