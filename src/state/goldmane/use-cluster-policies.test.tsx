import { renderHook, waitFor } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'

import { queryClient } from './query-client.ts'
import { clusterPoliciesQuery, documentsOf } from './use-cluster-policies.ts'
import { useQuery } from '@tanstack/react-query'

const URL = 'http://localhost/policies.json'
const DOCUMENT = { name: 'a', text: 'x', basis: 'seen', earlier: 'none' } as const
const ANSWER = {
  revision: 'r1',
  origin: 'kubernetes',
  since: 1,
  kinds: [],
  documents: [{ ...DOCUMENT, from: 1, until: null }],
  omitted: { objects: 0, versions: 0 },
}

beforeEach(() => {
  queryClient.clear()
  vi.restoreAllMocks()
})

test('asks for what has changed since, and gives the same object while nothing has', async () => {
  const fetcher = vi
    .spyOn(globalThis, 'fetch')
    .mockImplementation((_, init) =>
      Promise.resolve(
        new Headers(init?.headers).get('if-none-match') === '"r1"'
          ? new Response(null, { status: 304 })
          : Response.json(ANSWER),
      ),
    )
  const { result } = renderHook(() => useQuery(clusterPoliciesQuery(URL), queryClient))
  await waitFor(() => expect(result.current.data).toMatchObject({ revision: 'r1', faults: [] }))
  const first = result.current.data
  await result.current.refetch()
  expect(fetcher).toHaveBeenCalledTimes(2)
  expect(result.current.data).toBe(first)
  expect(result.current.isError).toBe(false)
})

test('asks nobody where there are none', () => {
  const fetcher = vi.spyOn(globalThis, 'fetch')
  renderHook(() => useQuery(clusterPoliciesQuery(null), queryClient))
  expect(fetcher).not.toHaveBeenCalled()
})

test('versions are loaded with the times that are known', () => {
  const documents = [
    { ...DOCUMENT, from: null, until: 5 },
    { ...DOCUMENT, from: 5, until: null },
  ]
  expect(documentsOf({ documents })).toEqual([
    { name: 'a', text: 'x', until: 5 },
    { name: 'a', text: 'x', from: 5 },
  ])
})
