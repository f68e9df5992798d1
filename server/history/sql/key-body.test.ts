import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyFlow } from '../../../src/filter/testing/arbitrary-queries.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { decodeBody, encodeBody } from './key-body.ts'

function subjectOf({ key, sourceLabels, destLabels }: LabelledKey): LabelledKey {
  return { key, sourceLabels, destLabels }
}

describe('the body of a key', () => {
  test('gives the key back exactly', () => {
    fc.assert(
      fc.property(anyFlow, (flow) => {
        expect(decodeBody(encodeBody(flow))).toEqual(subjectOf(flow))
      }),
    )
  })

  test('keeps what protobuf and UTF-8 would lose', () => {
    const odd = buildFlow(
      { sourceName: '\uD800', action: 'Unknown(Audit)', destPort: 2 ** 53 - 1 },
      { sourceLabels: ['b=\u0000', 'a=1', 'a=1'] },
    )
    const body = encodeBody(odd)
    expect(Buffer.from(body, 'utf8').toString('utf8')).toBe(body)
    expect(decodeBody(body)).toEqual(subjectOf(odd))
  })

  test.each([
    [''],
    ['{}'],
    ['null'],
    ['[2,[],[],[],[],[]]'],
    ['[1,[],[],[],[],[]]'],
    [encodeBody(buildFlow()).replace('"web', '7,"web')],
    [encodeBody(buildFlow()).replace('["app=api"]', '[7]')],
  ])('refuses %j', (body) => {
    expect(() => decodeBody(body)).toThrow('form that this version does not read')
  })
})
