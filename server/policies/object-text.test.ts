import { describe, expect, test } from 'vitest'
import { readManifests } from '../../src/policy/manifest/read-manifests.ts'
import { headOf, textOf } from './object-text.ts'
import { WATCHED_KINDS, type WatchedKind } from './watched-kinds.ts'

function kindOf(kind: string, group: string): WatchedKind {
  const found = WATCHED_KINDS.find((each) => each.kind === kind && each.groups[0]?.group === group)
  if (found === undefined) throw new Error(`no kind ${kind}`)
  return found
}
const POLICY = kindOf('NetworkPolicy', 'projectcalico.org')
const NAMESPACE = kindOf('Namespace', '')
const CREATED = '2026-11-29T12:00:00Z'
const AT = Date.parse(CREATED) / 1000

describe('the text of an object', () => {
  test('of a stored policy keeps its name and labels, and nothing else of what its annotation copies', () => {
    const stored = {
      name: 'allow-web',
      labels: { team: 'a' },
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"password":"x"}' },
      managedFields: [{ manager: 'kubectl' }],
      uid: 'f3b7',
    }
    const object = {
      metadata: {
        name: 'default.allow-web',
        namespace: 'shop',
        resourceVersion: '7',
        annotations: { 'projectcalico.org/metadata': JSON.stringify(stored), note: 'secret' },
      },
      spec: { selector: 'all()' },
      status: { conditions: [] },
    }
    const resource = { group: 'crd.projectcalico.org', version: 'v1', resource: 'networkpolicies' }
    const text = textOf(object, POLICY, resource)
    expect(text).toBe(`apiVersion: crd.projectcalico.org/v1
kind: NetworkPolicy
metadata:
  name: default.allow-web
  namespace: shop
  annotations:
    projectcalico.org/metadata: "{\\"name\\":\\"allow-web\\",\\"labels\\":{\\"team\\":\\"a\\"}}"
spec:
  selector: all()
`)
    const { manifests, faults } = readManifests([{ name: 'a', text }])
    expect(faults).toEqual([])
    expect(manifests.policies).toMatchObject([{ name: 'allow-web', namespace: 'shop' }])
  })

  test('of a namespace has its labels alone', () => {
    const metadata = { name: 'shop', labels: { team: 'a' }, annotations: { owner: 'x' } }
    const object = { metadata, spec: { finalizers: ['kubernetes'] } }
    expect(textOf(object, NAMESPACE, { group: '', version: 'v1', resource: 'namespaces' })).toBe(
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels:\n    team: a\n',
    )
  })
})

function changedAt(metadata: object, kind = POLICY): number | null | undefined {
  return headOf({ metadata: { name: 'a', creationTimestamp: CREATED, ...metadata } }, kind)?.changedAt
}

describe('the time of the last change', () => {
  test('is the newest at which somebody changed a field, the status left out', () => {
    const managedFields = [
      { time: '2026-11-29T12:00:05Z' },
      { time: '2026-11-29T12:00:03Z', subresource: '' },
      { time: '2026-11-29T12:00:09Z', subresource: 'status' },
      { time: 'soon' },
    ]
    expect(changedAt({ managedFields })).toBe(AT + 5)
  })

  test('is that of the creation for a first generation, unless labels count', () => {
    expect(changedAt({ generation: 1 })).toBe(AT)
    expect(changedAt({ generation: 2 })).toBeNull()
    expect(changedAt({ generation: 1 }, NAMESPACE)).toBeNull()
  })

  test.each([[null], ['x'], [{}], [{ metadata: [] }], [{ metadata: { name: '' } }]])(
    '%j is no object',
    (value) => {
      expect(headOf(value, POLICY)).toBeNull()
    },
  )
})
