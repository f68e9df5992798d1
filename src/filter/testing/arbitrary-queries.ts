/**
 * Arbitraries of queries and flows for property tests. Both draw from the same few words, so that many queries match
 * many flows.
 */
import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'

import { type Field, FIELDS } from '../../flows/field.ts'
import {
  ACTIONS,
  ENDPOINT_TYPES,
  type Flow,
  type FlowKey,
  POLICY_KINDS,
  type PolicyHit,
  REPORTERS,
} from '../../flows/flow.ts'
import { ALL, type Comparison, type Expression, type Operator, type Value } from '../tree/expression.ts'

/** The current time of these tests, in Unix seconds, from which the age of a flow is counted. */
export const NOW = 1_790_000_600

const NAMES = ['web', 'web-*', 'api-5d8b9-*', 'pub', 'pvt', 'dns', 'coredns', 'node-1']
const NAMESPACES = ['backend', 'frontend', 'kube-system', '-']
const POLICIES = ['default-deny', 'allow-dns', 'web', 'kns.backend']
const TIERS = ['default', 'platform']
const LABELS = ['app=web', 'app=api', 'tier=dns', 'app.kubernetes.io/name=web', 'empty=']
const PORTS = [0, 53, 80, 443, 8080]

const name = fc.constantFrom(...NAMES)
const namespace = fc.constantFrom(...NAMESPACES)
const policyAction = fc.constantFrom(...ACTIONS.slice(1))

const ruleHit: Arbitrary<PolicyHit> = fc.record({
  kind: fc.constantFrom(...POLICY_KINDS.filter((kind) => kind !== 'EndOfTier')),
  namespace: fc.constantFrom('', 'backend', 'frontend'),
  name: fc.constantFrom(...POLICIES),
  tier: fc.constantFrom('', ...TIERS),
  action: policyAction,
  policyIndex: fc.nat(3),
  ruleIndex: fc.nat(4),
  trigger: fc.constant(null),
})
const endOfTier: Arbitrary<PolicyHit> = fc.record({
  kind: fc.constant('EndOfTier' as const),
  namespace: fc.constant(''),
  name: fc.constant(''),
  tier: fc.constantFrom(...TIERS),
  action: policyAction,
  policyIndex: fc.nat(3),
  ruleIndex: fc.constant(-1),
  trigger: fc.option(ruleHit),
})
const hits: Arbitrary<readonly PolicyHit[]> = fc.array(fc.oneof(ruleHit, endOfTier), { maxLength: 3 })

const key: Arbitrary<FlowKey> = fc.record({
  sourceName: name,
  sourceNamespace: namespace,
  sourceType: fc.constantFrom(...ENDPOINT_TYPES),
  destName: name,
  destNamespace: namespace,
  destType: fc.constantFrom(...ENDPOINT_TYPES),
  destPort: fc.constantFrom(...PORTS),
  destServiceName: fc.constantFrom('', '-', 'dns', 'api'),
  destServiceNamespace: fc.constantFrom('', '-', 'backend'),
  destServicePortName: fc.constantFrom('', '-', 'http'),
  destServicePort: fc.constantFrom(...PORTS),
  proto: fc.constantFrom('tcp', 'udp', 'icmp', '4'),
  reporter: fc.constantFrom(...REPORTERS),
  action: fc.constantFrom(...ACTIONS, 'Unknown(12)'),
  policies: fc.record({ enforced: hits, pending: hits }),
})

const count = fc.nat(3000)

export const anyFlow: Arbitrary<Flow> = fc.record({
  key,
  sourceLabels: fc.uniqueArray(fc.constantFrom(...LABELS), { maxLength: 3 }),
  destLabels: fc.uniqueArray(fc.constantFrom(...LABELS), { maxLength: 3 }),
  startTime: fc.constant(NOW - 300),
  endTime: fc.constantFrom(0, NOW - 285, NOW - 15, NOW),
  packetsIn: fc.option(count),
  packetsOut: fc.option(count),
  bytesIn: fc.option(count),
  bytesOut: fc.option(count),
  numConnectionsStarted: fc.option(count),
  numConnectionsCompleted: fc.option(count),
  numConnectionsLive: fc.option(count),
})

/** Texts that need quotes or escapes, and texts with a meaning in the query language or in JavaScript. */
const ODD_TEXTS = [
  '',
  ' ',
  'a b',
  'and',
  'in',
  "it's",
  '"',
  '\\',
  'a*',
  '-x',
  'ü',
  'constructor',
  '(x)',
  'é,:=',
]
const freeText = fc.oneof(
  fc.constantFrom(...NAMES, ...NAMESPACES, ...POLICIES, ...TIERS, 'PUBLIC NETWORK', 'Global', 'TCP', 'api'),
  fc.constantFrom(...ODD_TEXTS),
  fc.string({ maxLength: 6 }),
)
const pattern = fc.oneof(
  fc.constantFrom('*', 'web*', '*dns', 'a*i*', 'PUB*', 'T*P', 'd*', '*-*'),
  fc.string({ maxLength: 4 }).map((text) => `${text}*`),
)

function textValues(words: readonly string[] | undefined, contains: boolean): Arbitrary<Value> {
  const exact = words === undefined || contains ? freeText : fc.constantFrom(...words)
  return fc.oneof(
    { weight: 4, arbitrary: exact.map((text): Value => ({ kind: 'text', text, wildcard: false })) },
    { weight: 1, arbitrary: pattern.map((text): Value => ({ kind: 'text', text, wildcard: true })) },
  )
}

function numbers(field: Field): Arbitrary<Value> {
  const number =
    field.id === 'port'
      ? fc.constantFrom(...PORTS)
      : field.id === 'rule'
        ? fc.integer({ min: -1, max: 5 })
        : fc.oneof(fc.nat(6000), fc.constantFrom(15, 60, 285, 300, 1000, 1_500_000, 3600, 0.5), fc.double())
  return number
    .filter((n) => Number.isFinite(n) && n >= -1)
    .map((n): Value => ({ kind: 'number', number: n }))
}

const MATCHING: readonly Operator[] = ['=', '!=', '~', '!~']
const ORDERING: readonly Operator[] = ['<', '<=', '>', '>=']
const EQUALITY: readonly Operator[] = ['=', '!=']

function comparisons(field: Field): Arbitrary<Comparison> {
  const numeric = field.type !== 'text' && field.type !== 'label'
  const operators = numeric ? [...EQUALITY, ...ORDERING] : MATCHING
  return fc.constantFrom(...operators).chain((operator) => {
    const value = numeric
      ? numbers(field)
      : textValues(field.type === 'text' ? field.words : undefined, operator === '~' || operator === '!~')
    return fc.record({
      kind: fc.constant('compare' as const),
      field: fc.constant(field.id),
      operator: fc.constant(operator),
      values: fc.array(value, { minLength: 1, maxLength: ORDERING.includes(operator) ? 1 : 3 }),
      ...(field.type === 'label'
        ? { label: fc.constantFrom('app', 'tier', 'app.kubernetes.io/name', 'odd key') }
        : {}),
    })
  })
}

/** Every field with every operator that it takes. */
export const anyComparison: Arbitrary<Comparison> = fc.oneof(...FIELDS.map(comparisons))

const word: Arbitrary<Expression> = freeText.map((text) => ({ kind: 'word', text }))

/** Every query that a text can express, not normalised. */
export const anyExpression: Arbitrary<Expression> = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 4, arbitrary: anyComparison },
    { weight: 1, arbitrary: word },
    { weight: 1, arbitrary: fc.constant(ALL) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        terms: fc.array(tie('tree'), { minLength: 2, maxLength: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('not' as const), term: tie('tree') }) },
  ),
})).tree
