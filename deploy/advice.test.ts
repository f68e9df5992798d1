/** What the page advises for a lost connection names flags, variables, chart values and files that exist. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { SETTING_NAMES, variableOf } from '../server/config/settings.ts'
import { ADVICE } from '../src/panels/source/connection-advice.ts'
import { at, readDeployFile } from './testing/manifests.ts'

const FACTS = { names: ['goldmane.calico-system.svc'], issuer: 'tigera-operator-signer' }
/** Facts of the failure, and an address of the gateway. */
const NEITHER = new Set([FACTS.issuer, '/goldmane.Flows/'])

const values: unknown = parse(readDeployFile('chart/flowtrace/values.yaml'))
const variables = new Set(SETTING_NAMES.map((name) => variableOf(name)))

/** Null when the name exists. */
function faultOf(name: string): string | null {
  const [word = '', argument] = name.split(' ')
  if (word.startsWith('--')) {
    return SETTING_NAMES.some((setting) => `--${setting}` === word) ? null : `no flag ${word} ${argument}`
  }
  if (word.startsWith('FLOWTRACE_')) return variables.has(word) ? null : `no variable ${word}`
  const file = /deploy\/[\w./-]+\.(sh|yaml)/.exec(name)?.[0]
  if (file !== undefined) {
    return existsSync(fileURLToPath(new URL(`../${file}`, import.meta.url))) ? null : `no file ${file}`
  }
  if (word === 'kubectl' || NEITHER.has(name)) return null
  return at(values, word) === undefined ? `no chart value ${word}` : null
}

describe.each(Object.entries(ADVICE))('%s', (_, { headline, steps }) => {
  test.each([[FACTS], [{}]])('names what exists, in one to three steps', (facts) => {
    const advice = steps(facts)
    expect(advice.length).toBeGreaterThan(0)
    expect(advice.length).toBeLessThanOrEqual(3)
    expect(headline).not.toMatch(/[.`]$/)
    const names = advice.flatMap((step) => [...step.matchAll(/`([^`]*)`/g)].map(([, name = '']) => name))
    expect(names.map(faultOf).filter((fault) => fault !== null)).toEqual([])
    // A flag outside of backticks would escape this test.
    expect(advice.join(' ').replaceAll(/`[^`]*`/g, '')).not.toMatch(/--\w|FLOWTRACE_/)
  })
})

test('a name that does not exist is found', () => {
  expect(faultOf('--no-such')).toContain('no flag')
  expect(faultOf('FLOWTRACE_NO_SUCH')).toContain('no variable')
  expect(faultOf('kubectl apply -f deploy/none.yaml')).toContain('no file')
  expect(faultOf('goldmane.noSuch')).toContain('no chart value')
})
