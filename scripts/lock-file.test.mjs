import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

/** @typedef {{ packages: Record<string, { optionalDependencies?: Record<string, string> }> }} LockFile */

test('the lock file has the optional packages of every platform, without which npm ci fails there', () => {
  /** @type {LockFile} */
  const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'))
  const missing = Object.entries(packages).flatMap(([where, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${where}/node_modules/${name}` in packages),
    ),
  )
  expect(missing).toEqual([])
})
