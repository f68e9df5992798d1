import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildFlow } from '../../flows/testing/build.ts'
import { anyExpression, anyFlow, NOW } from '../testing/arbitrary-queries.ts'
import { exclude } from './clauses.ts'
import { matches } from '../testing/matches.ts'
import { ALL } from './expression.ts'
import { sameExpression } from './normalise.ts'
import { applyPreset, hasPreset, PRESETS, removePreset } from './preset.ts'
import { print } from '../language/print.ts'

const preset = fc.constantFrom(...PRESETS)

describe('noise presets', () => {
  test('are visible as clauses, and share one with other exclusions of the field', () => {
    const all = PRESETS.reduce(applyPreset, ALL)
    expect(print(all)).toBe(
      'port != 53 and ns != (kube-system, kube-public, kube-node-lease, calico-system, calico-apiserver, tigera-operator)',
    )
    expect(print(PRESETS.reduce(removePreset, exclude(all, 'port', '80')))).toBe('port != 80')
  })

  test('leave out flows that touch the namespace at either end', () => {
    const system = PRESETS.filter(({ id }) => id === 'system').reduce(applyPreset, ALL)
    expect(matches(system, buildFlow({ destNamespace: 'kube-system' }), NOW)).toBe(false)
    expect(matches(system, buildFlow({ sourceNamespace: 'kube-system' }), NOW)).toBe(false)
    expect(matches(system, buildFlow(), NOW)).toBe(true)
  })

  test('only narrow a query that does not ask for what they hide, and know whether they are on', () => {
    fc.assert(
      fc.property(anyExpression, preset, anyFlow, (expression, each, flow) => {
        fc.pre(!sameExpression(expression, { kind: 'not', term: ALL }))
        const applied = applyPreset(expression, each)
        expect(hasPreset(applied, each)).toBe(true)
        expect(hasPreset(removePreset(applied, each), each)).toBe(false)
        if (matches(applied, flow, NOW)) {
          expect(matches(applyPreset(ALL, each), flow, NOW)).toBe(true)
        }
      }),
    )
  })
})
