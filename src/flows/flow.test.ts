import { expect, test } from 'vitest'

import { ACTIONS, fromName, fromWire, isUnknown, toWire } from './flow.ts'

test('an enum value has a name for each known number and text', () => {
  expect(fromWire(ACTIONS, 2)).toBe('Deny')
  expect(fromName(ACTIONS, 'Deny')).toBe('Deny')
  expect(toWire(ACTIONS, 'Deny')).toBe(2)
  expect(toWire(ACTIONS, 'ActionUnspecified')).toBe(0)
  expect(isUnknown('Deny')).toBe(false)
})

test('a value that is not known keeps its number or text', () => {
  expect(fromWire(ACTIONS, 12)).toBe('Unknown(12)')
  expect(fromName(ACTIONS, 'Audit')).toBe('Unknown(Audit)')
  expect(isUnknown('Unknown(12)')).toBe(true)
})

test.each([
  ['Unknown(12)', 12],
  ['Unknown(Audit)', 0],
  ['Unknown(12)x', 0],
  ['xUnknown(12)', 0],
  ['Unknown()', 0],
])('the number of %s on the wire is %s', (name, number) => {
  expect(toWire(ACTIONS, name)).toBe(number)
})
