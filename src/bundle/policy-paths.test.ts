import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { isPathInside, PolicyPaths } from './policy-paths.ts'

function pathsOf(...names: readonly string[]): readonly string[] {
  const paths = new PolicyPaths()
  return names.map((name) => paths.pathOf(name))
}

test.each([
  ['tiers/app.yaml', 'tiers/app.yaml'],
  ['pasted text', 'pasted text.yaml'],
  ['../../etc/cron.d/job', 'etc/cron.d/job.yaml'],
  ['/etc/passwd', 'etc/passwd.yaml'],
  [String.raw`C:\policies\a.yml`, 'C_/policies/a.yml'],
  ['a/./b//../c.json', 'a/b/c.json'],
  ['con.yaml', '_con.yaml'],
  ['lpt1/NUL', '_lpt1/_NUL.yaml'],
  ['.hidden/.yaml', '_hidden/_.yaml'],
  ['a.yaml/b.YAML', 'a.yaml_/b.yaml'],
  ['dots. /a...yaml', 'dots_/a_.yaml'],
  ['..', 'policies.yaml'],
  ['', 'policies.yaml'],
  ['a\u0000b\u202E\n.yaml', 'a_b__.yaml'],
  ['1/2/3/4/5/6/7/8/9/10.yaml', '3/4/5/6/7/8/9/10.yaml'],
])('%j becomes %j', (name, path) => {
  expect(pathsOf(name)).toEqual([path])
})

test('versions of one name, and names that differ in case alone, get numbers', () => {
  expect(pathsOf('a.yaml', 'a.yaml', 'A.yaml', 'a-2.yaml', 'a.json', 'a')).toEqual([
    'a.yaml',
    'a-2.yaml',
    'A-3.yaml',
    'a-2-2.yaml',
    'a.json',
    'a-4.yaml',
  ])
})

const hostileName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .array(fc.constantFrom('..', '.', '/', '\\', 'a', 'A', 'con', ':', ' ', '.yaml', '\u0000', '\uD800'), {
      maxLength: 30,
    })
    .map((parts) => parts.join('')),
)

test('whatever documents are called, each path is inside, of its own, and valid on every system', () => {
  fc.assert(
    fc.property(fc.array(hostileName, { maxLength: 20 }), (names) => {
      const paths = pathsOf(...names)
      expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(names.length)
      for (const path of paths) {
        expect(isPathInside(path)).toBe(true)
        expect(path).toMatch(/\.(ya?ml|json)$/)
        // oxlint-disable-next-line no-control-regex
        expect(path).not.toMatch(/[\\<>:"|?*\u0000-\u001F]|^\/|[. ](\/|$)/)
        expect(path.length).toBeLessThan(260)
        // No file is where another one has a folder.
        expect(paths.some((other) => other.startsWith(`${path}/`))).toBe(false)
      }
    }),
    { numRuns: 500 },
  )
})

test.each(['../a.yaml', '/a.yaml', 'a/../../b', 'a//b', '', './a', String.raw`..\a`])(
  '%j is not inside',
  (path) => expect(isPathInside(path)).toBe(false),
)
