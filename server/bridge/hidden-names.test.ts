import { create } from '@bufbuild/protobuf'
import { WireType } from '@bufbuild/protobuf/wire'
import { expect, test } from 'vitest'

import { buildHit, buildKey } from '../../src/flows/testing/build.ts'
import type { FlowKey } from '../../src/flows/flow.ts'
import { FlowKeySchema } from '../../src/gen/goldmane/api_pb.ts'
import { keyToMessage } from '../../src/wire/flow-message.ts'
import { hideNames } from './hidden-names.ts'

const allowed = new Set(['frontend'])
const hide = (key: Partial<FlowKey>) => hideNames(keyToMessage(buildKey(key)), allowed)

test('one workload has one hidden name, another one another', () => {
  const first = hide({ destName: 'api-*' }).rewritten?.destName
  expect(first).toMatch(/^hidden-[0-9a-f]{12}$/)
  expect(hide({ destName: 'api-*', destPort: 443 }).rewritten?.destName).toBe(first)
  expect(hide({ destName: 'web-*' }).rewritten?.destName).not.toBe(first)
  expect(hide({ destName: 'api-*', destNamespace: 'other' }).rewritten?.destName).not.toBe(first)
})

test('a workload and a service of the same name have unrelated hidden names', () => {
  const { rewritten } = hide({ destName: 'api', destServiceName: 'api' })
  expect(rewritten?.destServiceName).toMatch(/^hidden-/)
  expect(rewritten?.destServiceName).not.toBe(rewritten?.destName)
})

test('a key with nothing to hide is sent as it is', () => {
  const outside = { destName: 'pub', destNamespace: '-', destServiceName: '-', destServiceNamespace: '-' }
  expect(hide(outside)).toEqual({ rewritten: null, hidesSourceLabels: false, hidesDestLabels: false })
})

test('a policy of a namespace is hidden, one of the cluster and a profile of an allowed namespace are not', () => {
  const enforced = [
    buildHit({ kind: 'NetworkPolicy', namespace: 'backend', name: 'secret' }),
    buildHit({ name: 'platform', policyIndex: 1 }),
    buildHit({ kind: 'Profile', name: 'kns.frontend', tier: '', policyIndex: 2 }),
    buildHit({ kind: 'Profile', name: 'ksa.backend.robot', tier: '', policyIndex: 3 }),
  ]
  const hits = hide({ policies: { enforced, pending: [] } }).rewritten?.policies?.enforcedPolicies
  expect(hits?.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
    expect.stringMatching(/^hidden\/hidden-[0-9a-f]{12}$/),
    '/platform',
    '/kns.frontend',
    expect.stringMatching(/^\/hidden-[0-9a-f]{12}$/),
  ])
})

test('fields that are not known are not sent', () => {
  const key = create(FlowKeySchema, { sourceNamespace: 'frontend', destNamespace: 'backend' })
  key.$unknown = [{ no: 100, wireType: WireType.Varint, data: Uint8Array.of(7) }]
  expect(hideNames(key, allowed).rewritten?.$unknown).toBeUndefined()
})
