/**
 * An oracle for the demo's traces, which are written by hand: it evaluates the manifests as felix/app-policy does
 * (checker/check.go:141-260), reduced to the selectors and rules that the demo uses.
 */
import { describe, expect, test } from 'vitest'
import type { PolicyHit } from '../flows/flow.ts'
import { ensure } from '../lib/assert.ts'
import type { Conversation } from './conversation.ts'
import { APP } from './conversations/app.ts'
import { CRON_JOBS } from './conversations/batch.ts'
import { DNS } from './conversations/dns.ts'
import { MONITORING } from './conversations/monitoring.ts'
import { SCAN } from './conversations/scan.ts'
import { SYSTEM } from './conversations/system.ts'
import type { Endpoint } from './endpoints.ts'
import type { EntityRule, KubernetesRule, Manifest, Rule } from './manifests/manifest.ts'
import { MANIFESTS } from './policies.ts'

type Labels = ReadonlyMap<string, string>
type Direction = 'ingress' | 'egress'

/** Evaluates a selector with the operators that the manifests use: && || == != in, not in, all(). */
function selects(selector: string, labels: Labels): boolean {
  const tokens = selector.match(/\(|\)|\{|\}|,|&&|\|\||==|!=|all\(\)|"[^"]*"|'[^']*'|[\w./-]+/g) ?? []
  let at = 0
  const next = (): string => ensure(tokens[at++], `${selector} goes on`)
  const text = (): string => next().slice(1, -1)
  const set = (): readonly string[] => {
    const values: string[] = []
    for (next(); tokens[at] !== '}';)
      if (tokens[at] === ',') at++
      else values.push(text())
    at++
    return values
  }
  const primary = (): boolean => {
    const token = next()
    if (token === 'all()') return true
    if (token === '(') {
      const inner = or()
      next()
      return inner
    }
    const value = labels.get(token)
    const operator = next()
    if (operator === '==') return value === text()
    if (operator === '!=') return value !== text()
    if (operator === 'in') return set().includes(value ?? '')
    if (operator === 'not' && next() === 'in') return !set().includes(value ?? '')
    throw new Error(`No such operator in the demo: ${operator}`)
  }
  const and = (): boolean => {
    let all = primary()
    while (tokens[at] === '&&') {
      at++
      all = primary() && all
    }
    return all
  }
  const or = (): boolean => {
    let any = and()
    while (tokens[at] === '||') {
      at++
      any = and() || any
    }
    return any
  }
  const result = or()
  if (at !== tokens.length) throw new Error(`Left over in ${selector}: ${String(tokens[at])}`)
  return result
}

function ownLabels(endpoint: Endpoint): Labels {
  return new Map(
    [...endpoint.labels, ...endpoint.systemLabels].map((label) => {
      const equals = label.indexOf('=')
      return [label.slice(0, equals), label.slice(equals + 1)] as const
    }),
  )
}

function namespaceLabels({ namespace }: Endpoint): Labels {
  if (namespace === '-') return new Map()
  return new Map([
    ['projectcalico.org/name', namespace],
    ['kubernetes.io/metadata.name', namespace],
  ])
}

function bits(ip: string): string {
  return ip
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('')
}

/** An endpoint without an address is in 0.0.0.0/0 only. */
function inNet(cidr: string, address: string | undefined): boolean {
  const [base = '', length = '32'] = cidr.split('/')
  if (length === '0') return true
  return address !== undefined && bits(address).startsWith(bits(base).slice(0, Number(length)))
}

function matchesEntity(entity: EntityRule, endpoint: Endpoint, policyNamespace: string | undefined): boolean {
  const { selector, notSelector, namespaceSelector, nets } = entity
  const known = endpoint.type !== 'Network'
  if (nets !== undefined && !nets.some((net) => inNet(net, endpoint.address))) return false
  if (notSelector !== undefined && known && selects(notSelector, ownLabels(endpoint))) return false
  if (selector === undefined && namespaceSelector === undefined) return true
  if (!known) return false
  if (namespaceSelector !== undefined) {
    if (endpoint.namespace === '-' || !selects(namespaceSelector, namespaceLabels(endpoint))) return false
  } else if (policyNamespace !== undefined && endpoint.namespace !== policyNamespace) return false
  return selector === undefined || selects(selector, ownLabels(endpoint))
}

function matches(rule: Rule, talk: Conversation, policyNamespace: string | undefined): boolean {
  const { protocol, source = {}, destination = {} } = rule
  return (
    (protocol === undefined || protocol.toLowerCase() === talk.proto) &&
    (destination.ports === undefined || destination.ports.includes(talk.port)) &&
    matchesEntity(source, talk.from, policyNamespace) &&
    matchesEntity(destination, talk.to, policyNamespace)
  )
}

function podSelector(matchLabels: Readonly<Record<string, string>>): string {
  return Object.entries(matchLabels)
    .map(([key, value]) => `${key} == "${value}"`)
    .join(' && ')
}

function convertedRule({ from = [], ports = [] }: KubernetesRule): Rule {
  expect(from.length, 'one peer a rule').toBeLessThan(2)
  const peer = from[0]
  return {
    action: 'Allow',
    ...(ports.length === 0 ? {} : { protocol: 'TCP', destination: { ports: ports.map(({ port }) => port) } }),
    ...(peer === undefined ? {} : { source: { selector: podSelector(peer.podSelector.matchLabels) } }),
  }
}

/** Converts a policy to the form in which it is evaluated. */
function converted(manifest: Manifest): {
  readonly tier: string
  readonly order: number
  readonly selects: (endpoint: Endpoint) => boolean
  readonly types: readonly string[]
  readonly rules: (direction: Direction) => readonly Rule[]
} {
  const { namespace } = manifest.metadata
  const inNamespace = (endpoint: Endpoint): boolean =>
    namespace === undefined || namespace === endpoint.namespace
  if (manifest.apiVersion === 'networking.k8s.io/v1') {
    const { spec } = manifest
    return {
      tier: 'default',
      order: 1000,
      selects: (endpoint) =>
        inNamespace(endpoint) && selects(podSelector(spec.podSelector.matchLabels), ownLabels(endpoint)),
      types: spec.policyTypes,
      rules: (direction) => (spec[direction] ?? []).map(convertedRule),
    }
  }
  const { spec } = manifest
  return {
    tier: spec.tier,
    order: spec.order ?? Infinity,
    selects: (endpoint) =>
      inNamespace(endpoint) &&
      selects(spec.selector ?? 'all()', ownLabels(endpoint)) &&
      (spec.namespaceSelector === undefined || selects(spec.namespaceSelector, namespaceLabels(endpoint))),
    types: spec.types,
    rules: (direction) => spec[direction] ?? [],
  }
}

function sortName({ metadata, kind }: Manifest): string {
  return [metadata.name, metadata.namespace ?? '', kind].join('/')
}

function inOrderOfEvaluation(a: Manifest, b: Manifest): number {
  const [x, y] = [converted(a).order, converted(b).order]
  if (x !== y) return x < y ? -1 : 1
  return sortName(a) < sortName(b) ? -1 : 1
}

/** Returns the hits as texts that can be compared: `default/09-… rule 0 Allow`, `end of default (…) Deny`. */
function evaluate(talk: Conversation, direction: Direction, withStaged: boolean): readonly string[] {
  const endpoint = direction === 'egress' ? talk.from : talk.to
  const hits: string[] = []
  const type = direction === 'egress' ? 'Egress' : 'Ingress'
  for (const tier of ['calico-system', 'default']) {
    const policies = MANIFESTS.filter((manifest) => {
      const policy = converted(manifest)
      return (
        policy.tier === tier &&
        policy.types.includes(type) &&
        policy.selects(endpoint) &&
        (withStaged || !manifest.kind.startsWith('Staged'))
      )
    }).sort(inOrderOfEvaluation)
    if (policies.length === 0) continue
    const matched = policies
      .flatMap((manifest) =>
        converted(manifest)
          .rules(direction)
          .map((rule, index) => ({ manifest, rule, index })),
      )
      .find(({ manifest, rule }) => matches(rule, talk, manifest.metadata.namespace))
    if (matched === undefined) {
      const trigger = ensure(withStaged ? policies.at(0) : policies.at(-1), 'a policy selects the endpoint')
      return [...hits, `end of ${tier} (${trigger.metadata.name}) Deny`]
    }
    hits.push(`${tier}/${matched.manifest.metadata.name} rule ${matched.index} ${matched.rule.action}`)
    if (matched.rule.action !== 'Pass') return hits
  }
  return [...hits, `profile kns.${endpoint.namespace} Allow`]
}

function inWords(hits: readonly PolicyHit[]): readonly string[] {
  return hits.map((hit) => {
    if (hit.trigger !== null) return `end of ${hit.tier} (${hit.trigger.name}) ${hit.action}`
    if (hit.kind === 'Profile') return `profile ${hit.name} ${hit.action}`
    return `${hit.tier}/${hit.name} rule ${hit.ruleIndex} ${hit.action}`
  })
}

function isWorkload({ type }: Endpoint): boolean {
  return type === 'WorkloadEndpoint'
}

const jobs = CRON_JOBS.flatMap((job) => job.conversations(1_790_000_000))
const conversations = [...APP, ...DNS, ...SYSTEM, ...MONITORING, ...SCAN, ...jobs].map((talk) => ({
  title: `${talk.from.namespace}/${talk.from.name} to ${talk.to.namespace}/${talk.to.name} ${talk.proto} ${talk.port}`,
  talk,
}))

describe('traces follow from the manifests', () => {
  test.each(conversations)('$title', ({ talk }) => {
    const { src, dst } = talk
    if (src !== undefined) {
      expect(inWords(src.enforced)).toEqual(evaluate(talk, 'egress', false))
      if (src.pending.length > 0) expect(inWords(src.pending)).toEqual(evaluate(talk, 'egress', true))
    }
    if (dst !== undefined) {
      expect(inWords(dst.enforced)).toEqual(evaluate(talk, 'ingress', false))
      if (dst.pending.length > 0) expect(inWords(dst.pending)).toEqual(evaluate(talk, 'ingress', true))
    }
  })

  test.each(conversations)(
    '$title is reported by each end that is a workload and that it reaches',
    ({ talk }) => {
      const leaves = evaluate(talk, 'egress', false).at(-1)?.endsWith('Allow') === true
      expect(talk.src !== undefined).toBe(isWorkload(talk.from))
      expect(talk.dst !== undefined).toBe(isWorkload(talk.to) && (!isWorkload(talk.from) || leaves))
    },
  )
})

test('no two conversations have the same key', () => {
  const titles = conversations.map(({ title }) => title)
  expect(new Set(titles).size).toBe(titles.length)
})
