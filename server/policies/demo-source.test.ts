import { expect, test } from 'vitest'
import { StepHistory } from '../../src/demo/step-history.ts'
import { readManifests } from '../../src/policy/manifest/read-manifests.ts'
import { parseClusterPolicies } from '../../src/source/cluster-policies.ts'
import { DemoSource } from './demo-source.ts'
import { PolicyAnswers } from './policy-answers.ts'

const ALL = { name: 'ann', namespaces: 'all', hidesOtherEnd: false } as const

async function answered(history: StepHistory) {
  const answer = await new PolicyAnswers(new DemoSource(history, 5)).answer(ALL, [])
  return parseClusterPolicies(JSON.parse(String(answer?.body)))
}

test('the manifests of the step in force are served whole', async () => {
  const { documents, faults, since } = await answered(StepHistory.startingWith('option-c'))
  expect({ faults, since }).toEqual({ faults: [], since: 5 })
  expect(documents.map(({ name }) => name)).toContain('option-c/option-c-tiers.yaml')
  expect(documents.map(({ from, until }) => ({ from, until }))).toEqual(
    documents.map(() => ({ from: null, until: null })),
  )
  const read = readManifests(documents)
  expect(read.faults).toEqual([])
  expect(read.manifests.tiers.map(({ name }) => name)).toEqual(expect.arrayContaining(['app', 'baseline']))
})

test('a step of before keeps the time in which it was in force, also one that is chosen again', async () => {
  const history = StepHistory.startingWith('dns').withStep('option-c', 1500, 0).withStep('dns', 3000, 0)
  const { documents, faults } = await answered(history)
  expect(faults).toEqual([])
  const times = (step: string) =>
    new Set(
      documents.filter(({ name }) => name.startsWith(step)).map(({ from, until }) => `${from} ${until}`),
    )
  expect(times('dns')).toEqual(new Set(['null 1500', '3000 null']))
  expect(times('option-c')).toEqual(new Set(['1500 3000']))
})

test('another step is another revision', async () => {
  let history = StepHistory.startingWith('dns')
  const source = new DemoSource(
    {
      get changes() {
        return history.changes
      },
    },
    5,
  )
  const before = await source.revision()
  history = history.withStep('staged', 1500, 0)
  expect(await source.revision()).not.toBe(before)
  expect(source.readings.objects).toBeGreaterThan(0)
})
