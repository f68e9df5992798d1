import { describe, expect, test } from 'vitest'
import { ClusterPoliciesError, fetchClusterPolicies, parseClusterPolicies } from './cluster-policies.ts'

const DOCUMENT = {
  name: 'tiers.projectcalico.org/app',
  text: 'kind: Tier\n',
  from: 100,
  until: null,
  basis: 'seen',
  earlier: 'none',
}
const ANSWER = {
  revision: 'abc',
  origin: 'kubernetes',
  since: 90,
  kinds: [{ kind: 'namespaces', state: 'ok', why: null }],
  documents: [DOCUMENT],
  omitted: { objects: 0, versions: 0 },
}

test('an answer is taken as it is', () => {
  expect(parseClusterPolicies({ ...ANSWER, later: 'unknown members too' })).toEqual({ ...ANSWER, faults: [] })
})

test.each([
  ['a document without a text', { ...DOCUMENT, text: undefined }, 'documents.1.text is not valid'],
  ['a state of a later version', { ...DOCUMENT, basis: 'guessed' }, 'documents.1.basis is not valid'],
  ['no object', 'x', 'documents.1 is not valid'],
  ['a second one of a name', DOCUMENT, 'There are two documents tiers.projectcalico.org/app'],
  ['one that ends before it begins', { ...DOCUMENT, name: 'x', until: 99 }, 'x ends before it begins'],
])('%s is a fault, and the rest is taken', (_, wrong, fault) => {
  const { documents, faults } = parseClusterPolicies({ ...ANSWER, documents: [DOCUMENT, wrong] })
  expect(documents).toEqual([DOCUMENT])
  expect(faults).toEqual([fault])
})

test.each([
  [null, 'all of it'],
  [{ ...ANSWER, revision: 'a "b"' }, 'revision'],
  [{ ...ANSWER, omitted: { objects: -1, versions: 0 } }, 'omitted.objects'],
])('what is no answer is refused with its place', (json, place) => {
  expect(() => parseClusterPolicies(json)).toThrow(
    new ClusterPoliciesError(`policies.json cannot be used: ${place} is not valid`),
  )
})

const { signal } = new AbortController()

/** A fetch with that answer, which notes what was asked. */
function answering(response: Response, seen: RequestInit[] = []): typeof fetch {
  return (_, init = {}) => {
    seen.push(init)
    return Promise.resolve(response)
  }
}

function ask(response: Response) {
  return fetchClusterPolicies('http://a/', null, signal, answering(response))
}

describe('asking', () => {
  test('tells the revision that is there, and has nothing new for it', async () => {
    const seen: RequestInit[] = []
    const none = answering(new Response(null, { status: 304 }), seen)
    expect(await fetchClusterPolicies('http://a/policies.json', 'abc', signal, none)).toBeNull()
    expect(new Headers(seen[0]?.headers).get('if-none-match')).toBe('"abc"')
  })

  test('gives the answer, or says what is wrong with it', async () => {
    expect(await ask(Response.json(ANSWER))).toMatchObject({ revision: 'abc' })
    await expect(ask(new Response('<html>'))).rejects.toThrow('policies.json is not JSON')
    await expect(ask(new Response('', { status: 403 }))).rejects.toMatchObject({ status: 403 })
  })
})
