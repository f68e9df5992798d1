import { create, type MessageInitShape } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { keyToMessage } from '../wire/flow-message.ts'
import { buildEndOfTier, buildHit, buildKey } from '../flows/testing/build.ts'
import { ACTIONS, type FlowKey, POLICY_KINDS, type PolicyHit, REPORTERS, toWire } from '../flows/flow.ts'
import {
  Action,
  type Filter,
  FilterSchema,
  MatchType,
  PolicyKind,
  type PolicyMatch,
  Reporter,
  type StringMatch,
} from '../gen/goldmane/api_pb.ts'
import { matchesFilter } from './filter.ts'
import { arbitraryKey } from '../flows/testing/arbitrary-key.ts'

type FilterInit = MessageInitShape<typeof FilterSchema>

function passes(filter: FilterInit, key: Partial<FlowKey> = {}): boolean {
  return matchesFilter(create(FilterSchema, filter), keyToMessage(buildKey(key)))
}

function traced(enforced: readonly PolicyHit[], pending: readonly PolicyHit[] = []): Partial<FlowKey> {
  return { policies: { enforced, pending } }
}

const exact = (value: string) => ({ value, type: MatchType.Exact })
const fuzzy = (value: string) => ({ value, type: MatchType.Fuzzy })

test('no filter and an empty filter let everything pass', () => {
  expect(matchesFilter(undefined, keyToMessage(buildKey()))).toBe(true)
  expect(passes({})).toBe(true)
})

describe('a text', () => {
  test('matches exactly unless asked otherwise, and letter case counts', () => {
    expect(passes({ sourceNames: [{ value: 'web-*' }] })).toBe(true)
    expect(passes({ sourceNames: [{ value: 'web-' }] })).toBe(false)
    expect(passes({ sourceNames: [exact('WEB-*')] })).toBe(false)
  })

  test('matches as a substring when fuzzy, and letter case counts', () => {
    expect(passes({ destNamespaces: [fuzzy('acke')] })).toBe(true)
    expect(passes({ destNamespaces: [fuzzy('ACKE')] })).toBe(false)
  })

  test('that is empty matches only the empty text, and as a substring everything', () => {
    expect(passes({ sourceNames: [exact('')] })).toBe(false)
    expect(passes({ sourceNames: [exact('')] }, { sourceName: '' })).toBe(true)
    expect(passes({ sourceNames: [fuzzy('')] })).toBe(true)
  })

  test('of a protocol is compared with the stored lower case', () => {
    expect(passes({ protocols: [exact('tcp')] })).toBe(true)
    expect(passes({ protocols: [exact('TCP')] })).toBe(false)
  })

  test('is one of several in a field, and must hold in every field', () => {
    expect(passes({ destNames: [exact('x'), exact('api-*')] })).toBe(true)
    expect(passes({ destNames: [exact('api-*')], sourceNames: [exact('x')] })).toBe(false)
  })
})

describe('the names that user interfaces show', () => {
  test.each([
    ['pub', 'PUBLIC NETWORK', 'LIC NET'],
    ['pvt', 'PRIVATE NETWORK', 'VATE'],
  ])('stored %s is found as %s, exactly and in part', (stored, shown, part) => {
    for (const filter of [exact(shown), fuzzy(part), exact(stored)]) {
      expect(passes({ sourceNames: [filter] }, { sourceName: stored })).toBe(true)
      expect(passes({ destNames: [filter] }, { destName: stored })).toBe(true)
    }
    expect(passes({ sourceNames: [exact(part)] }, { sourceName: stored })).toBe(false)
  })

  test('stored Global is found as -, while stored - is not found as Global', () => {
    expect(passes({ destNamespaces: [exact('-')] }, { destNamespace: 'Global' })).toBe(true)
    expect(passes({ destNamespaces: [exact('Global')] }, { destNamespace: '-' })).toBe(false)
    expect(passes({ sourceNamespaces: [exact('-')] }, { sourceNamespace: '-' })).toBe(true)
  })

  test('belong to names, not to namespaces', () => {
    expect(passes({ destNamespaces: [exact('PUBLIC NETWORK')] }, { destNamespace: 'pub' })).toBe(false)
  })
})

test('ports, actions and the reporter are compared by value', () => {
  expect(passes({ destPorts: [{ port: 443n }, { port: 80n }] })).toBe(true)
  expect(passes({ destPorts: [{ port: 8n }] })).toBe(false)
  expect(passes({ actions: [Action.Deny, Action.Allow] })).toBe(true)
  expect(passes({ actions: [Action.Deny] })).toBe(false)
  expect(passes({ reporter: Reporter.Src })).toBe(true)
  expect(passes({ reporter: Reporter.Dst })).toBe(false)
})

describe('pending_actions', () => {
  const pending = [buildHit({ action: 'Pass' }), buildHit({ policyIndex: 1 })]

  test('look at any pending hit, not at the pending verdict', () => {
    expect(passes({ pendingActions: [Action.Pass] }, traced([], pending))).toBe(true)
    expect(passes({ pendingActions: [Action.Allow] }, traced([], pending))).toBe(true)
    expect(passes({ pendingActions: [Action.Deny] }, traced([], pending))).toBe(false)
  })

  test('do not look at the enforced hits', () => {
    expect(passes({ pendingActions: [Action.Pass] }, traced(pending))).toBe(false)
  })
})

describe('policies', () => {
  const app = buildHit({ kind: 'CalicoNetworkPolicy', namespace: 'backend', name: 'api', tier: 'app' })

  test.each([
    ['kind', { kind: PolicyKind.CalicoNetworkPolicy }],
    ['tier', { tier: exact('app') }],
    ['namespace', { namespace: fuzzy('back') }],
    ['name', { name: exact('api') }],
    ['action', { action: Action.Allow }],
    ['nothing at all', {}],
    ['an empty text', { name: exact('') }],
  ])('match a hit by %s, enforced or pending', (_, match) => {
    expect(passes({ policies: [match] }, traced([app]))).toBe(true)
    expect(passes({ policies: [match] }, traced([], [app]))).toBe(true)
  })

  test.each([
    ['kind', { kind: PolicyKind.NetworkPolicy }],
    ['tier', { tier: exact('ap') }],
    ['namespace', { namespace: exact('back') }],
    ['name', { name: fuzzy('API') }],
    ['action', { action: Action.Deny }],
  ])('do not match a hit of another %s', (_, match) => {
    expect(passes({ policies: [match] }, traced([app]))).toBe(false)
  })

  test('must hold for one and the same hit, and any match will do', () => {
    const trace = traced([app, buildHit({ name: 'other' })])
    expect(passes({ policies: [{ name: exact('other'), tier: exact('app') }] }, trace)).toBe(false)
    expect(passes({ policies: [{ name: exact('x') }, { name: exact('other') }] }, trace)).toBe(true)
  })

  test('do not look at triggers: an end of tier has its kind, tier and action alone', () => {
    const denied = traced([buildEndOfTier('default-deny')])
    expect(passes({ policies: [{ name: exact('default-deny') }] }, denied)).toBe(false)
    expect(passes({ policies: [{ kind: PolicyKind.GlobalNetworkPolicy }] }, denied)).toBe(false)
    const endOfTier = { kind: PolicyKind.EndOfTier, tier: exact('default'), action: Action.Deny }
    expect(passes({ policies: [endOfTier] }, denied)).toBe(true)
  })

  test('match nothing without a trace', () => {
    expect(passes({ policies: [{}] }, traced([]))).toBe(false)
  })
})

/** The texts that match a stored one: itself, and the name that user interfaces show. */
function spellings(stored: string, field: 'name' | 'namespace' | 'other'): string[] {
  if (field === 'name' && stored === 'pub') return ['pub', 'PUBLIC NETWORK']
  if (field === 'name' && stored === 'pvt') return ['pvt', 'PRIVATE NETWORK']
  return field === 'namespace' && stored === 'Global' ? ['Global', '-'] : [stored]
}

function fits({ value, type }: StringMatch, text: string): boolean {
  return type === MatchType.Exact ? value === text : value === '' || text.split(value).length > 1
}

function someFits(matches: readonly StringMatch[], candidates: string[]): boolean {
  return matches.some((match) => candidates.some((text) => fits(match, text)))
}

function hitFits(match: PolicyMatch, hit: PolicyHit): boolean {
  const texts: [StringMatch | undefined, string][] = [
    [match.name, hit.name],
    [match.namespace, hit.namespace],
    [match.tier, hit.tier],
  ]
  const wrong = texts.filter(
    ([given, text]) => given !== undefined && given.value !== '' && !fits(given, text),
  )
  const kinds = [0, toWire(POLICY_KINDS, hit.kind)]
  const actions = [0, toWire(ACTIONS, hit.action)]
  return wrong.length === 0 && kinds.includes(match.kind) && actions.includes(match.action)
}

const wire = (action: string) => ACTIONS.findIndex((name) => name === action)

/** An oracle: for each clause of the filter, whether the key satisfies it, computed on the types of src/flows. */
function clauses(filter: Filter, key: FlowKey): boolean[] {
  const hits = [...key.policies.enforced, ...key.policies.pending]
  const all: [boolean, () => boolean][] = [
    [filter.sourceNames.length > 0, () => someFits(filter.sourceNames, spellings(key.sourceName, 'name'))],
    [filter.destNames.length > 0, () => someFits(filter.destNames, spellings(key.destName, 'name'))],
    [
      filter.sourceNamespaces.length > 0,
      () => someFits(filter.sourceNamespaces, spellings(key.sourceNamespace, 'namespace')),
    ],
    [
      filter.destNamespaces.length > 0,
      () => someFits(filter.destNamespaces, spellings(key.destNamespace, 'namespace')),
    ],
    [filter.protocols.length > 0, () => someFits(filter.protocols, spellings(key.proto, 'other'))],
    [filter.destPorts.length > 0, () => filter.destPorts.some(({ port }) => Number(port) === key.destPort)],
    [filter.actions.length > 0, () => filter.actions.some((action) => action === wire(key.action))],
    [filter.reporter !== 0, () => REPORTERS[filter.reporter] === key.reporter],
    [
      filter.pendingActions.length > 0,
      () =>
        key.policies.pending.some((hit) =>
          filter.pendingActions.some((action) => action === wire(hit.action)),
        ),
    ],
    [
      filter.policies.length > 0,
      () => filter.policies.some((match) => hits.some((hit) => hitFits(match, hit))),
    ],
  ]
  return all.filter(([given]) => given).map(([, satisfied]) => satisfied())
}

const arbitraryText = fc.record({
  value: fc.constantFrom(
    '',
    'web-*',
    'web',
    'pub',
    'PUBLIC NETWORK',
    'PRIVATE',
    'back',
    'backend',
    '-',
    'Global',
    'tcp',
    'app',
    'api',
  ),
  type: fc.constantFrom(MatchType.Exact, MatchType.Fuzzy),
})
const arbitraryAction = fc.constantFrom(Action.ActionUnspecified, Action.Allow, Action.Deny, Action.Pass)
const few = <T>(item: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant<T[]>([]) }, fc.array(item, { maxLength: 2 }))
const arbitraryFilter = fc
  .record({
    sourceNames: few(arbitraryText),
    sourceNamespaces: few(arbitraryText),
    destNames: few(arbitraryText),
    destNamespaces: few(arbitraryText),
    protocols: few(arbitraryText),
    destPorts: few(fc.record({ port: fc.constantFrom(80n, 443n) })),
    actions: few(arbitraryAction),
    pendingActions: few(arbitraryAction),
    reporter: fc.constantFrom(Reporter.ReporterUnspecified, Reporter.Src, Reporter.Dst),
    policies: few(
      fc.record(
        {
          kind: fc.constantFrom(PolicyKind.CalicoNetworkPolicy, PolicyKind.EndOfTier, PolicyKind.Profile),
          tier: arbitraryText,
          namespace: arbitraryText,
          name: arbitraryText,
          action: arbitraryAction,
        },
        { requiredKeys: [] },
      ),
    ),
  })
  .map((filter) => create(FilterSchema, filter))

test('a key passes exactly when it satisfies every clause of the filter', () => {
  fc.assert(
    fc.property(arbitraryFilter, arbitraryKey, (filter, key) => {
      expect(matchesFilter(filter, keyToMessage(key))).toBe(!clauses(filter, key).includes(false))
    }),
    { numRuns: 2000 },
  )
})
