import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { POLICY_KINDS } from './flow.ts'
import {
  displayName,
  displayPorts,
  storedKind,
  storedName,
  displayNamespace,
  storedNamespace,
  storedWord,
  workloadOf,
} from './spelling.ts'

const GENERATED = Array.from('bcdfghjklmnpqrstvwxz2456789')

/** A text as Kubernetes generates it. */
function generated(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...GENERATED), minLength, maxLength })
}

/** When a Job may have started: since CronJobs exist, and until minutes have nine digits. */
const JOB_TIMES = { min: new Date('2016-01-01'), max: new Date('2159-12-31'), noInvalidDate: true }

describe('the workload of a name', () => {
  test.each([
    ['web-6f7c9d5b8d-*', 'web'],
    ['web-6f7c9d5b8d-x2x4z', 'web'],
    ['web-6f7c9d5b8d', 'web'],
    ['coredns-668d6bf9bc-*', 'coredns'],
    ['calico-node-*', 'calico-node'],
    ['db-0', 'db-0'],
    ['pvt', 'pvt'],
    ['etl-28812345-*', 'etl'],
    ['etl-28812345-x2x4z', 'etl'],
    ['etl-1600000020-x2x4z', 'etl'],
    ['api-server', 'api-server'],
    // Too short, too long, or of other characters than Kubernetes generates.
    ['web-6f7c9d5-*', 'web-6f7c9d5'],
    ['web-6f7c9d5b8d77', 'web-6f7c9d5b8d77'],
    ['etl-288123456-*', 'etl-288123456'],
    ['web-x2x4z', 'web-x2x4z'],
    // Something always stays.
    ['6f7c9d5b8d-*', '6f7c9d5b8d'],
    ['-*', '-*'],
    ['', ''],
  ])('%s is %s', (name, workload) => {
    expect(workloadOf(name)).toBe(workload)
  })

  test('is the same for every rollout, every run of a CronJob and each of their pods, and a beginning of any name', () => {
    const workloads = fc.stringMatching(/^[a-z][a-z0-9]{0,6}(-[aeiou][a-z0-9]{0,6}){0,2}$/)
    fc.assert(
      fc.property(workloads, generated(8, 10), generated(5, 5), (workload, hash, pod) => {
        for (const name of [workload, `${workload}-*`, `${workload}-${hash}-*`, `${workload}-${hash}-${pod}`])
          expect(workloadOf(name)).toBe(workload)
      }),
    )
    fc.assert(
      fc.property(workloads, fc.date(JOB_TIMES), generated(5, 5), (workload, time, pod) => {
        for (const unit of [60_000, 1000]) {
          const job = `${workload}-${Math.floor(time.getTime() / unit)}`
          for (const name of [job, `${job}-*`, `${job}-${pod}`]) expect(workloadOf(name)).toBe(workload)
        }
      }),
    )
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(name.startsWith(workloadOf(name))).toBe(true)
        expect(workloadOf(name) === '').toBe(name === '')
      }),
    )
  })
})

describe('the name of a network', () => {
  test.each([
    ['pub', 'public network'],
    ['pvt', 'private network'],
  ])('%s is shown as %s, and found by it in any letter case', (stored, shown) => {
    expect(displayName(stored)).toBe(shown)
    expect(storedName(shown)).toBe(stored)
    expect(storedName(shown.toUpperCase())).toBe(stored)
  })

  test('is no part of another name', () => {
    expect(displayName('public')).toBe('public')
    expect(storedName('PUBLIC')).toBe('PUBLIC')
    expect(storedName('web-*')).toBe('web-*')
  })
})

describe('a namespace', () => {
  test.each(['Global', 'none', 'NONE', '(none)', '-'])('typed as "%s" is stored as -', (typed) => {
    expect(storedNamespace(typed)).toBe('-')
  })

  test.each(['globals', 'a-global', 'nonesuch', 'backend', ''])('%s is kept', (typed) => {
    expect(storedNamespace(typed)).toBe(typed)
  })

  test('that is not recorded does not look like none', () => {
    expect(displayNamespace('-')).toBe('(none)')
    expect(displayNamespace('')).toBe('not recorded')
    expect(displayNamespace('back\u202Eend')).toBe('back⟨U+202E⟩end')
  })
})

test('a word of a closed list takes the letter case of the list; any other is kept', () => {
  expect(storedWord(['Allow', 'Deny'], 'dENY')).toBe('Deny')
  expect(storedWord(['Allow', 'Deny'], 'Den')).toBe('Den')
})

test.each([
  ['np', 'CalicoNetworkPolicy'],
  ['GNP', 'GlobalNetworkPolicy'],
  ['snp', 'StagedNetworkPolicy'],
  ['sgnp', 'StagedGlobalNetworkPolicy'],
  ['sknp', 'StagedKubernetesNetworkPolicy'],
  ['knp', 'NetworkPolicy'],
  ['pro', 'Profile'],
  ['kcnp', 'ClusterNetworkPolicy'],
  ['globalnetworkpolicy', 'GlobalNetworkPolicy'],
  ['gnps', 'gnps'],
])('the policy kind %s is stored as %s', (typed, stored) => {
  expect(storedKind(POLICY_KINDS, typed)).toBe(stored)
})

test('all ports of a row are named that are known, and how many more there are', () => {
  const ports = [
    { proto: 'tcp', port: 80 },
    { proto: 'icmp', port: 0 },
  ]
  expect(displayPorts(ports, 2)).toBe('tcp 80, icmp')
  expect(displayPorts(ports, 5)).toBe('tcp 80, icmp and 3 more')
})
