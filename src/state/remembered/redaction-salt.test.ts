import { expect, test } from 'vitest'

import { MIN_SALT_LENGTH, parseSalt, saltFault } from './redaction-salt.ts'

test('a stored salt is taken as it is, and nothing else is a salt', () => {
  const salt = 's'.repeat(MIN_SALT_LENGTH)
  expect(parseSalt(JSON.stringify(salt))).toBe(salt)
  for (const text of [null, '', salt, '1', '{}', JSON.stringify(salt.slice(1)), JSON.stringify([salt])])
    expect(parseSalt(text)).toBeNull()
})

test('spaces around a salt do not count', () => {
  expect(saltFault(` ${'s'.repeat(MIN_SALT_LENGTH - 1)} `)).toBe('At least 16 characters; it has 15.')
  expect(saltFault(` ${'s'.repeat(MIN_SALT_LENGTH)} `)).toBeNull()
  expect(saltFault('s'.repeat(5000))).toBe('At most 4096 characters.')
})
