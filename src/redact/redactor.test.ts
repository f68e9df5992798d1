import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type CaptureHeader, EMPTY_HEADER } from '../capture/format/capture-header.ts'
import { parse } from '../filter/language/parse-query.ts'
import { print } from '../filter/language/print.ts'
import { matcher } from '../filter/tree/evaluate.ts'
import { anyExpression, anyFlow, NOW } from '../filter/testing/arbitrary-queries.ts'
import { groupIdentity, keyIdentity, pairIdentity } from '../flows/identity.ts'
import { workloadOf } from '../flows/spelling.ts'
import { buildFlow, buildHit, buildKey } from '../flows/testing/build.ts'
import { redactHeader } from './header-redaction.ts'
import type { RedactionLevel } from './name-redaction.ts'
import { Redactor } from './redactor.ts'

const SALT = 'a salt for these tests'
const LEVELS: readonly RedactionLevel[] = ['names', 'names-and-labels']
const anyLevel = fc.constantFrom(...LEVELS)

function redactor(level: RedactionLevel = 'names', salt = SALT): Redactor {
  return new Redactor({ level, salt })
}

/** The source's name after redaction. */
function workload(name: string, by = redactor()): string {
  return by.redactKey(buildKey({ sourceName: name })).sourceName
}

function policy(name: string, by = redactor()): string | undefined {
  const policies = { enforced: [buildHit({ name })], pending: [] }
  return by.redactKey(buildKey({ policies })).policies.enforced[0]?.name
}

describe('names', () => {
  test('a name has the same stand-in in every file of one salt, and another one under another salt', () => {
    const flow = buildFlow({ sourceNamespace: 'frontend' })
    const first = redactor().redactFlow(flow)
    expect(redactor().redactFlow(flow)).toEqual(first)
    expect(first.key.sourceNamespace).toMatch(/^ns-[0-9a-z]{7}$/)
    expect(redactor('names', 'another salt').redactFlow(flow).key.sourceNamespace).not.toBe(
      first.key.sourceNamespace,
    )
  })

  test('stand-ins of this version stay those of the next', () => {
    const flow = buildFlow({ sourceNamespace: 'frontend', sourceName: 'web-6f7c9d5b8d-x2x4z' })
    expect(redactor().redactFlow(flow).key).toMatchObject({
      sourceNamespace: 'ns-w90vjc2',
      sourceName: 'workload-ser6cfc-sc7pscdgjc-zplqx',
    })
  })

  test('pods of a workload stay pods of one workload, in the shape that they had', () => {
    const by = redactor()
    const web = workload('web', by)
    expect(workload('web-*', by)).toBe(`${web}-*`)
    expect(workload('web-6f7c9d5b8d-*', by)).toMatch(new RegExp(`^${web}-[b-z2-9]{10}-\\*$`))
    const pod = workload('web-6f7c9d5b8d-x2x4z', by)
    expect(pod).toMatch(new RegExp(`^${web}-[b-z2-9]{10}-[b-z2-9]{5}$`))
    expect(pod.slice(0, -5)).toBe(workload('web-6f7c9d5b8d-*', by).slice(0, -1))
    expect(workload('web-6f7c9d5b8d-x2x5z', by)).not.toBe(pod)
    expect(workload('web-28401234-*', by)).toMatch(new RegExp(`^${web}-\\d{8}-\\*$`))
    expect(workload('db-0', by)).toBe(`${workload('db', by)}-0`)
    expect(workload('ip-10-2-3-4', by)).toMatch(/^workload-[0-9a-z]{7}$/)
    expect(workload('10.2.3.4', by)).toMatch(/^workload-[0-9a-z]{7}$/)
  })

  test('what every cluster has stays', () => {
    const key = buildKey({
      sourceName: 'pub',
      sourceNamespace: '-',
      destName: 'coredns-5d78c9869d-*',
      destNamespace: 'kube-system',
      destServiceName: 'kube-dns',
      destServiceNamespace: 'kube-system',
      destServicePortName: 'dns',
      policies: { enforced: [], pending: [] },
    })
    const redacted = redactor('names-and-labels').redactKey(key)
    expect(redacted).toMatchObject({ ...key, destName: expect.stringMatching(/^coredns-[b-z2-9]{10}-\*$/) })
    expect(redacted.destName).not.toBe(key.destName)
  })

  test('the prefixes of policies and profiles stay', () => {
    const by = redactor()
    const namespace = by.redactKey(buildKey({ sourceNamespace: 'shop' })).sourceNamespace
    const plain = policy('allow-web', by)
    expect(plain).toMatch(/^policy-[0-9a-z]{7}$/)
    expect(policy('knp.default.allow-web', by)).toBe(`knp.default.${plain}`)
    expect(policy('kns.shop', by)).toBe(`kns.${namespace}`)
    expect(policy('ksa.shop.default', by)).toBe(`ksa.${namespace}.default`)
    expect(policy('ksa.shop.cart', by)).toMatch(new RegExp(`^ksa\\.${namespace}\\.account-[0-9a-z]{7}$`))
    expect(policy('', by)).toBe('')
    // The tier stands beside it.
    expect(policy('platform.allow-web', by)).toMatch(/^policy-[0-9a-z]{7}$/)
  })

  test('labels are replaced at their level, and those that are names always', () => {
    const sourceLabels = [
      'app=api',
      'team=payments',
      'empty=',
      'alone',
      'projectcalico.org/namespace=shop',
      'pod-template-hash=6f7c9d5b8d',
    ]
    const flow = buildFlow({ sourceNamespace: 'shop', sourceName: 'web-6f7c9d5b8d-*' }, { sourceLabels })
    const names = redactor('names').redactFlow(flow)
    expect(names.sourceLabels).toEqual([
      ...sourceLabels.slice(0, 4),
      `projectcalico.org/namespace=${names.key.sourceNamespace}`,
      `pod-template-hash=${names.key.sourceName.split('-').at(-2)}`,
    ])
    const labels = redactor('names-and-labels').redactFlow(flow).sourceLabels
    expect(labels).toEqual([
      expect.stringMatching(/^app=value-[0-9a-z]{7}$/),
      expect.stringMatching(/^label-[0-9a-z]{7}=value-[0-9a-z]{7}$/),
      expect.stringMatching(/^label-[0-9a-z]{7}=$/),
      expect.stringMatching(/^label-[0-9a-z]{7}$/),
      ...names.sourceLabels.slice(4),
    ])
  })

  test('an unknown word of an enum is replaced, a number stays', () => {
    const redacted = redactor().redactKey(
      buildKey({ action: 'Unknown(Audit)', reporter: 'Unknown(7)', proto: 'acme' }),
    )
    expect(redacted.action).toMatch(/^Unknown\(word-[0-9a-z]{7}\)$/)
    expect(redacted.reporter).toBe('Unknown(7)')
    expect(redacted.proto).toMatch(/^protocol-/)
  })

  const anyName = fc.oneof(
    fc.stringMatching(/^[a-z]{1,4}(-[a-z0-9]{1,10}){0,3}(-\*)?$/),
    fc.stringMatching(/^[a-c](-[bcd245]{8,10})?(-[bcd245]{5})?(-\*)?$/),
    fc.string({ minLength: 1 }),
  )

  test('the workload of a stand-in is the stand-in of the workload', () => {
    const by = redactor()
    fc.assert(
      fc.property(anyName, (name) => {
        expect(workloadOf(workload(name, by))).toBe(workload(workloadOf(name), by))
      }),
      // The end of a name can look generated twice.
      { numRuns: 1000, examples: [['a-2b24bb24-b4fbfb2b']] },
    )
  })

  test('two names never have one stand-in', () => {
    const by = redactor()
    const seen = new Map<string, string>()
    fc.assert(
      fc.property(anyName, (name) => {
        const standIn = workload(name, by)
        expect(seen.get(standIn) ?? name).toBe(name)
        seen.set(standIn, name)
      }),
      { numRuns: 2000 },
    )
  })

  test('what is alike stays alike, and what differs stays different', () => {
    fc.assert(
      fc.property(anyFlow, anyFlow, anyLevel, (a, b, level) => {
        const by = redactor(level)
        const [first, second] = [by.redactKey(a.key), by.redactKey(b.key)]
        for (const identity of [keyIdentity, pairIdentity, groupIdentity])
          expect(identity(first) === identity(second)).toBe(identity(a.key) === identity(b.key))
      }),
    )
  })
})

/** A query after redaction as a text, and how many clauses it lost. */
function rewritten(text: string, level: RedactionLevel = 'names'): [string, number] {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(text)
  const { expression, leftOut } = redactor(level).redactQuery(parsed.expression)
  return [print(expression), leftOut]
}

describe('queries', () => {
  test('select the same records after redaction; with a clause left out, no fewer', () => {
    fc.assert(
      fc.property(anyExpression, anyFlow, anyLevel, (query, flow, level) => {
        const by = redactor(level)
        const { expression, leftOut } = by.redactQuery(query)
        const before = matcher(query, NOW)(flow)
        const after = matcher(expression, NOW)(by.redactFlow(flow))
        if (leftOut === 0) expect(after).toBe(before)
        else if (before) expect(after).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['dst.port = 443 and action = deny', 'port = 443 and action = Deny', 0],
    ['dst.ns = kube-system', 'dst.ns = kube-system', 0],
    ['dst.name = public', 'dst.name = workload-193c1ad', 0],
    ['dst.name = "PUBLIC NETWORK"', 'dst.name = pub', 0],
    ['ns = none', 'ns = (none)', 0],
    ['tier = platform', 'tier = platform', 0],
    ['ns ~ pay and port = 80', 'port = 80', 1],
    ['name = web-* or port = 80', '', 1],
    ['payments and not (ns ~ pay) and port = 80', 'port = 80', 2],
    ['label.app ~ we', 'label.app ~ we', 0],
    ['label.projectcalico.org/namespace = *', 'label.projectcalico.org/namespace = *', 0],
    ['proto = t* and action ~ den', 'proto = t* and action ~ den', 0],
  ])('%s', (text, expected, leftOut) => {
    expect(rewritten(text)).toEqual([expected, leftOut])
  })

  test('values of labels are left out at the level of labels', () => {
    expect(rewritten('label.app ~ we and label.app = *', 'names-and-labels')).toEqual(['label.app = *', 1])
    expect(rewritten('label.team = pay', 'names-and-labels')[0]).toMatch(
      /^label\.label-[0-9a-z]{7} = value-[0-9a-z]{7}$/,
    )
  })
})

function redactedHeader(header: CaptureHeader) {
  return redactHeader(header, redactor())
}

describe('headers and texts', () => {
  test('a header keeps its times, and nothing that may name anything', () => {
    const { header, leftOut } = redactedHeader({
      ...EMPTY_HEADER,
      tool: 'flowtrace 0.2.0',
      source: { kind: 'live', name: 'acme production' },
      cluster: 'acme',
      server: 'https://goldmane.acme:7443',
      window: { from: 15, to: 30 },
      filter: 'dst.ns = payments and payments',
      gaps: [{ from: 15, to: 30, reason: 'goldmane.acme did not answer' }],
      others: { note: 'acme' },
    })
    expect(JSON.stringify(header)).not.toMatch(/acme|payments/)
    expect(header).toMatchObject({
      tool: 'flowtrace 0.2.0',
      source: { kind: 'live', name: expect.stringMatching(/^source-/) },
      cluster: expect.stringMatching(/^cluster-/),
      window: { from: 15, to: 30 },
      filter: expect.stringMatching(/^dst\.ns = ns-[0-9a-z]{7}$/),
      gaps: [{ from: 15, to: 30, reason: null }],
      others: { redacted: 'names' },
    })
    expect(leftOut).toEqual({ clauses: 1, reasons: 1, members: 1 })
  })

  test('a query that cannot be read, and unknown words, are left out', () => {
    const header = {
      ...EMPTY_HEADER,
      tool: 'acme 1',
      source: { kind: 'acme', name: null },
      filter: 'acme = (',
    }
    expect(redactedHeader(header)).toMatchObject({
      header: { tool: null, source: { kind: 'capture', name: null }, filter: null },
      leftOut: { clauses: 1, reasons: 0, members: 0 },
    })
  })

  test('a note has stand-ins for the names that were replaced so far', () => {
    const by = redactor()
    const { key } = by.redactFlow(buildFlow({ sourceNamespace: 'shop', sourceName: 'web-6f7c9d5b8d-*' }))
    expect(by.redactText('shop/web-6f7c9d5b8d-* of the shop. Workshop stays.')).toBe(
      `${key.sourceNamespace}/${key.sourceName} of the ${key.sourceNamespace}. Workshop stays.`,
    )
  })

  test('the list has each name once', () => {
    const by = redactor()
    const flow = buildFlow({
      sourceNamespace: 'shop',
      destNamespace: 'shop',
      sourceName: 'pub',
      destName: 'pvt',
    })
    const namespace = by.redactFlow(flow).key.sourceNamespace
    by.redactFlow({ ...flow, key: { ...flow.key } })
    const shops = by.names().filter(({ original }) => original === 'shop')
    expect(shops).toEqual([{ kind: 'namespace', original: 'shop', standIn: namespace }])
    expect(by.replaced).toBe(by.names().length)
  })
})
