import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildEndOfTier, buildFlow } from '../../flows/testing/build.ts'
import { ACTIONS, type Flow, POLICY_KINDS, type PolicyHit, REPORTERS, toWire } from '../../flows/flow.ts'
import { type Filter, MatchType, type PolicyMatch, type StringMatch } from '../../gen/goldmane/api_pb.ts'
import { anyExpression, anyFlow, NOW } from '../testing/arbitrary-queries.ts'
import { matches } from '../testing/matches.ts'
import { ALL } from '../tree/expression.ts'
import { parse } from '../language/parse-query.ts'
import { planFor } from './plan.ts'
import { print } from '../language/print.ts'

function query(text: string) {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(parsed.errors.map(({ message }) => message).join(' '))
  return parsed.expression
}

function matchesText(wanted: StringMatch, actual: string): boolean {
  return wanted.type === MatchType.Fuzzy ? actual.includes(wanted.value) : actual === wanted.value
}

/** An empty list does not limit. */
function matchesSome(list: readonly StringMatch[], ...spellings: string[]): boolean {
  return list.length === 0 || list.some((wanted) => spellings.some((actual) => matchesText(wanted, actual)))
}

/** In a policy match an absent or empty text means any; in the lists above it does not. */
function matchesGiven(wanted: StringMatch | undefined, actual: string): boolean {
  return wanted === undefined || wanted.value === '' || matchesText(wanted, actual)
}

function matchesHit(wanted: PolicyMatch, hit: PolicyHit): boolean {
  return (
    matchesGiven(wanted.name, hit.name) &&
    matchesGiven(wanted.namespace, hit.namespace) &&
    matchesGiven(wanted.tier, hit.tier) &&
    (wanted.kind === 0 || wanted.kind === toWire(POLICY_KINDS, hit.kind)) &&
    (wanted.action === 0 || wanted.action === toWire(ACTIONS, hit.action))
  )
}

const NETWORKS: Readonly<Record<string, string>> = { pub: 'PUBLIC NETWORK', pvt: 'PRIVATE NETWORK' }

/** Goldmane's filter as its rules are written down (goldmane/pkg/types/filters.go), plainly. */
function passes(filter: Filter, { key }: Flow): boolean {
  const { enforced, pending } = key.policies
  const actions: readonly number[] = filter.actions
  const pendingActions: readonly number[] = filter.pendingActions
  const hits = [...enforced, ...pending]
  return (
    matchesSome(filter.sourceNames, key.sourceName, NETWORKS[key.sourceName] ?? key.sourceName) &&
    matchesSome(filter.sourceNamespaces, key.sourceNamespace) &&
    matchesSome(filter.destNames, key.destName, NETWORKS[key.destName] ?? key.destName) &&
    matchesSome(filter.destNamespaces, key.destNamespace) &&
    matchesSome(filter.protocols, key.proto) &&
    (filter.destPorts.length === 0 || filter.destPorts.some(({ port }) => Number(port) === key.destPort)) &&
    (actions.length === 0 || actions.includes(toWire(ACTIONS, key.action))) &&
    (filter.policies.length === 0 ||
      filter.policies.some((wanted) => hits.some((hit) => matchesHit(wanted, hit)))) &&
    (filter.reporter === 0 || filter.reporter === toWire(REPORTERS, key.reporter)) &&
    (pendingActions.length === 0 ||
      pending.some((hit) => pendingActions.includes(toWire(ACTIONS, hit.action))))
  )
}

describe('the plan for Goldmane', () => {
  test('never loses a flow, and the remainder gives the answer of the query', () => {
    fc.assert(
      fc.property(anyExpression, fc.array(anyFlow, { minLength: 1, maxLength: 12 }), (expression, flows) => {
        const { filter, exact, remainder } = planFor(expression)
        for (const flow of flows) {
          const wanted = matches(expression, flow, NOW)
          const served = passes(filter, flow)
          if (wanted) expect(served).toBe(true)
          expect(served && matches(remainder, flow, NOW)).toBe(wanted)
          if (exact) expect(served).toBe(wanted)
        }
      }),
      { numRuns: 3000 },
    )
  })

  const exact = [
    ['action = deny and dst.ns = backend', { actions: [2], destNamespaces: [{ value: 'backend' }] }],
    ['src.ns = (a, b)', { sourceNamespaces: [{ value: 'a' }, { value: 'b' }] }],
    ['src.ns = a or src.ns = b', { sourceNamespaces: [{ value: 'a' }, { value: 'b' }] }],
    ['not (port != 80 and port != 443)', { destPorts: [{ port: 80n }, { port: 443n }] }],
    [
      'port in (80, 443) proto = TCP',
      { destPorts: [{ port: 80n }, { port: 443n }], protocols: [{ value: 'tcp' }] },
    ],
    ['reporter = source', { reporter: 1 }],
    ['dst.name = "PUBLIC NETWORK"', { destNames: [{ value: 'pub' }] }],
    ['tier = platform', { policies: [{ tier: { value: 'platform' } }] }],
  ] as const
  test.each(exact)('%s is answered by Goldmane in full', (text, filter) => {
    expect(planFor(query(text))).toMatchObject({ exact: true, remainder: ALL, filter })
  })

  const partly = [
    ['action = deny bytes > 1k', { actions: [2] }, 'bytes > 1KB'],
    ['pending = deny', { pendingActions: [2] }, 'pending = Deny'],
    ['src.ns = a src.ns = b', { sourceNamespaces: [{ value: 'a' }] }, 'src.ns = b'],
    ['dst.name = api-*', { destNames: [{ value: 'api-', type: MatchType.Fuzzy }] }, 'dst.name = api-*'],
    [
      'dst.name = *NET*',
      { destNames: [{ value: 'NET', type: MatchType.Fuzzy }, { value: 'pub' }, { value: 'pvt' }] },
      'dst.name = *NET*',
    ],
    [
      'ns ~ back dst.ns ~ BACK',
      { destNamespaces: [{ value: 'back', type: MatchType.Fuzzy }] },
      'ns ~ back and dst.ns ~ BACK',
    ],
    [
      'policy = allow-dns',
      { policies: [{ name: { value: 'allow-dns' } }, { kind: 10 }] },
      'policy = allow-dns',
    ],
    [
      'policy = allow-dns tier = platform',
      { policies: [{ tier: { value: 'platform' } }] },
      'policy = allow-dns',
    ],
    [
      '(src.ns = a and port = 80) or src.ns = b',
      { destPorts: [], sourceNamespaces: [{}, {}] },
      'src.ns = a and port = 80 or src.ns = b',
    ],
    [
      'not (src.ns != a or dst.ns = b)',
      { sourceNamespaces: [{ value: 'a' }] },
      'not (src.ns != a or dst.ns = b)',
    ],
  ] as const
  test.each(partly)('%s leaves a remainder', (text, filter, remainder) => {
    const plan = planFor(query(text))
    expect(plan).toMatchObject({ exact: false, filter })
    expect(print(plan.remainder)).toBe(remainder)
  })

  test('says which clauses Goldmane decides, and which of the rest it narrows', () => {
    const { decided, narrowed, remainder } = planFor(
      query(
        'policy = dns dst.ns = backend dst.label.app = api src.ns ~ back src.ns = a port = 80 kind = gnp',
      ),
    )
    expect(decided.map(print)).toEqual(['dst.ns = backend', 'src.ns = a', 'port = 80'])
    expect(narrowed.map(print), 'Goldmane takes one list for policies, and one for each namespace').toEqual([
      'policy = dns',
    ])
    expect(print(remainder)).toBe(
      'policy = dns and dst.label.app = api and src.ns ~ back and kind = GlobalNetworkPolicy',
    )
  })

  test.each([
    'action != deny',
    'reporter = (source, dest)',
    'src.label.app = web',
    'ns = a',
    'name ~ dns',
    'src.name ~ dns',
    'dst.ns = *',
    'service = api',
    'pending = ("not computed", deny)',
    'action = "Unknown(Audit)"',
    'action = "Unknown(2)"',
    'basket',
    'src.ns = a or dst.ns = b',
    'not (src.ns = a)',
    'changed = yes',
  ])('%s is not for Goldmane at all', (text) => {
    const { filter, remainder } = planFor(query(text))
    expect(filter).toEqual(planFor(ALL).filter)
    expect(remainder).toEqual(query(text))
  })

  test('a flow denied by the end of a tier is not lost when its policy is asked for', () => {
    const denied = buildFlow({
      action: 'Deny',
      policies: { enforced: [buildEndOfTier('lockdown')], pending: [] },
    })
    for (const text of [
      'policy = lockdown',
      'trigger = lockdown',
      'decided ~ lock',
      'kind = GlobalNetworkPolicy',
    ]) {
      expect(matches(query(text), denied, NOW), text).toBe(true)
      expect(passes(planFor(query(text)).filter, denied), text).toBe(true)
    }
  })
})
