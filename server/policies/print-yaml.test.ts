import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readPlainYaml } from '../../src/policy/manifest/plain-yaml.ts'
import { printYaml } from './print-yaml.ts'

test('prints blocks as kubectl does', () => {
  const rule = { action: 'Allow', destination: { ports: [53, '80:90'] } }
  const text = printYaml({
    metadata: { name: 'a', labels: {} },
    spec: { selector: "app == 'x' && has(y)", types: ['Egress'], egress: [rule, {}], nets: ['10.0.0.0/8'] },
  })
  expect(text).toBe(`metadata:
  name: a
  labels: {}
spec:
  selector: app == 'x' && has(y)
  types:
  - Egress
  egress:
  - action: Allow
    destination:
      ports:
      - 53
      - "80:90"
  - {}
  nets:
  - 10.0.0.0/8
`)
  expect(readPlainYaml({ text, start: 0 })).not.toBeNull()
})

const odd = fc.constantFrom(
  '',
  'yes',
  'null',
  '~',
  'a: b',
  'a #b',
  '- a',
  ' a',
  'a ',
  '1e3',
  'E0',
  'e-1',
  'a:',
  '0x1',
  'é\n',
  '{a}',
  'a, b',
  "'a'",
  '"',
)
const json = fc.letrec((tie) => ({
  text: fc.oneof(odd, fc.string(), fc.string({ unit: 'binary' })),
  value: fc.oneof(
    { depthSize: 'small' },
    tie('text'),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(odd, fc.string()), tie('value'), { maxKeys: 3 }),
  ),
})).value

test('is read as what was printed, by YAML 1.2 and by 1.1', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), json, { minKeys: 1 }), (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value))
      const text = printYaml(value)
      for (const version of ['1.2', '1.1'] as const)
        expect(parse(text, { version, uniqueKeys: false, merge: false })).toEqual(plain)
    }),
    { numRuns: 60 },
  )
})
