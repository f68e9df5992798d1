/** Each step of the story, as its README says what must be seen in the flow log. */
import { describe, expect, test } from 'vitest'

import type { PolicyHit } from '../../flows/flow.ts'
import { connectionOut, storyConnection, storyManifests, storyPod } from '../testing/story-cluster.ts'
import { TCP, UDP } from './connection.ts'
import { ConnectionEvaluator, type Stage } from './connection-evaluator.ts'

type Files = readonly string[]

const DENY: Files = ['part1-networkpolicies', '00-default-deny']
const DNS: Files = [...DENY, '01-dns']
const OPTION_A: Files = ['part1-networkpolicies', 'option-a', '01-dns']
const OPTION_B: Files = ['00-default-deny', '01-dns', 'option-b']
const OPTION_C: Files = ['00-default-deny', '01-dns', 'option-c-tiers']

/** A hit as its words: `Deny end of tier default (00-default-deny)`. */
function hitText({ kind, namespace, name, tier, action, ruleIndex, trigger }: PolicyHit): string {
  if (trigger !== null) return `${action} end of tier ${tier} (${trigger.name})`
  return `${action} ${kind} ${namespace === '' ? '' : `${namespace}/`}${name} ${ruleIndex}`
}

/** The traces at the source and, where it lets the connection out, at the destination. */
function traces(
  files: Files,
  from: string,
  to: string,
  protocol: number,
  port: number,
  stage: Stage = 'enforced',
) {
  const manifests = storyManifests(...files)
  const evaluator = new ConnectionEvaluator(manifests)
  const connection = storyConnection(manifests, from, to, protocol, port)
  const egress = evaluator.evaluate(storyPod(from, manifests), connection, 'egress', stage)
  const ingress = evaluator.evaluate(storyPod(to, manifests), connection, 'ingress', stage)
  return { egress: egress.hits.map(hitText), ingress: ingress.hits.map(hitText) }
}

describe('part 1, Kubernetes policies alone', () => {
  const PART_1: Files = ['part1-networkpolicies']

  test.each([
    [
      'web',
      'api',
      80,
      'Allow NetworkPolicy frontend/web-to-api 0',
      'Allow NetworkPolicy backend/api-from-web 0',
    ],
    ['api', 'db-0', 5432, 'Allow NetworkPolicy backend/api-to-db 0', 'Allow NetworkPolicy db/db-from-api 0'],
    ['test', 'api', 80, 'Allow Profile kns.default 0', 'Deny end of tier default (default-deny)'],
  ])('%s to %s', (from, to, port, egress, ingress) => {
    expect(traces(PART_1, from, to, TCP, port)).toEqual({ egress: [egress], ingress: [ingress] })
  })

  test('lookups are allowed by the second of the two rules that one rule of Kubernetes becomes', () => {
    expect(traces(PART_1, 'web', 'coredns', UDP, 53).egress).toEqual([
      'Allow NetworkPolicy frontend/allow-dns 1',
    ])
    expect(traces(PART_1, 'web', 'coredns', TCP, 53).egress).toEqual([
      'Allow NetworkPolicy frontend/allow-dns 0',
    ])
  })
})

describe('default deny, and DNS restored', () => {
  test('what no policy allows is denied at the source; the system namespaces are not', () => {
    expect(traces(DENY, 'test', 'coredns', UDP, 53)).toEqual({
      egress: ['Deny end of tier default (00-default-deny)'],
      ingress: ['Allow Profile kns.kube-system 0'],
    })
  })

  test('with 01-dns lookups work again', () => {
    expect(traces(DNS, 'test', 'coredns', UDP, 53)).toEqual({
      egress: ['Allow GlobalNetworkPolicy 01-dns-clients-egress 0'],
      ingress: ['Allow GlobalNetworkPolicy 02-dns-core 0'],
    })
  })

  test('an address that policies name is allowed, and one that they do not name is not', () => {
    const manifests = storyManifests(...DNS)
    const decide = (to: string) =>
      new ConnectionEvaluator(manifests)
        .evaluate(
          storyPod('coredns', manifests),
          connectionOut(manifests, 'coredns', to, UDP, 53),
          'egress',
          'enforced',
        )
        .hits.map(hitText)
    expect(decide('8.8.4.4')).toEqual(['Allow GlobalNetworkPolicy 02-dns-core 1'])
    expect(decide('9.9.9.9')).toEqual(['Deny end of tier default (02-dns-core)'])
  })
})

test('option A: the policies of Kubernetes decide again', () => {
  expect(traces(OPTION_A, 'web', 'api', TCP, 80)).toEqual({
    egress: ['Allow NetworkPolicy frontend/web-to-api 0'],
    ingress: ['Allow NetworkPolicy backend/api-from-web 0'],
  })
})

describe('option B', () => {
  test.each([
    ['web', 'api', 80, '09-frontend-egress-to-backend', '09-backend-ingress-from-frontend'],
    ['api', 'db-0', 5432, '09-allow-backend-to-db-egress', '09-allow-backend-to-db-ingress'],
  ])('%s to %s is allowed at both ends', (from, to, port, egress, ingress) => {
    expect(traces(OPTION_B, from, to, TCP, port)).toEqual({
      egress: [`Allow GlobalNetworkPolicy ${egress} 0`],
      ingress: [`Allow GlobalNetworkPolicy ${ingress} 0`],
    })
  })

  test('test to api is denied at the source, with the triggers that were recorded', () => {
    // The lab's own default deny was called default-deny; the story's file has its number in front.
    expect(traces(OPTION_B, 'test', 'api', TCP, 80, 'enforced').egress).toEqual([
      'Deny end of tier default (00-default-deny)',
    ])
    expect(traces(OPTION_B, 'test', 'api', TCP, 80, 'pending').egress).toEqual([
      'Deny end of tier default (01-dns-clients-egress)',
    ])
    expect(traces(OPTION_B, 'test', 'api', TCP, 80, 'pending').ingress).toEqual([
      'Deny end of tier default (09-backend-ingress-from-frontend)',
    ])
  })
})

describe('option C', () => {
  test('tier app allows the app', () => {
    expect(traces(OPTION_C, 'web', 'api', TCP, 80)).toEqual({
      egress: ['Allow GlobalNetworkPolicy app-frontend-to-backend 0'],
      ingress: ['Allow GlobalNetworkPolicy app-backend-ingress 0'],
    })
  })

  test.each(['web', 'api'])('lookups of %s are denied at the end of tier app', (from) => {
    const [hit] = traces(OPTION_C, from, 'coredns', UDP, 53).egress
    expect(hit).toMatch(/^Deny end of tier app /)
  })

  test('those of the test pod at the end of tier baseline', () => {
    expect(traces(OPTION_C, 'test', 'coredns', UDP, 53).egress).toEqual([
      'Deny end of tier baseline (baseline-default-deny)',
    ])
  })
})
