import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildEndOfTier, buildHit, buildKey } from '../../flows/testing/build.ts'
import type { FlowKey } from '../../flows/flow.ts'
import { bothEnds } from './both-ends.ts'
import type { SeenKey } from './seen-key.ts'
import { oddKey } from '../testing/arbitrary-traces.ts'
import { plainText } from '../words/statement.ts'

function seen(key: Partial<FlowKey> = {}, firstSeen = 1500, lastSeen = 1515): SeenKey {
  return { key: buildKey(key), firstSeen, lastSeen }
}

const refusal = buildEndOfTier('09-backend', {})
const denied = { action: 'Deny', policies: { enforced: [refusal], pending: [refusal] } } as const
const atDst = { reporter: 'Dst' } as const

function told(subject: SeenKey, candidates: readonly SeenKey[]): string {
  return plainText(bothEnds(subject, candidates).statements)
}

describe('both ends of a conversation', () => {
  test('left the source and was refused at the destination', () => {
    const view = bothEnds(seen(), [seen({ ...atDst, ...denied })])
    expect(plainText(view.statements)).toBe(
      'Inferred: It left frontend/web-*, allowed by GlobalNetworkPolicy allow-all rule 1; ' +
        'refused at backend/api-* because no rule allowed it (end of tier default, policy named: GlobalNetworkPolicy 09-backend).',
    )
    expect(view.source).toMatchObject({
      state: 'allowed',
      certainty: 'recorded',
      text: 'egress of the source: allowed',
    })
    expect(view.destination).toMatchObject({ state: 'denied', certainty: 'inferred' })
  })

  test('has the same statements from the destination', () => {
    expect(told(seen({ ...atDst, ...denied }), [seen()])).toBe(told(seen(), [seen({ ...atDst, ...denied })]))
  })

  test('never left when the source denies', () => {
    const view = bothEnds(seen(denied), [])
    expect(plainText(view.statements)).toMatch(
      /^Inferred: It never left frontend\/web-\*: denied because no rule allowed it \(end of tier default,/,
    )
    expect(view.destination).toMatchObject({ state: 'not reached', certainty: 'inferred', records: [] })
  })

  test('infers other connections when the destination has a record of what the source denied', () => {
    const view = bothEnds(seen(denied), [seen(atDst)])
    expect(plainText(view.statements)).toContain(
      'Inferred: Other connections between the same names did arrive',
    )
    expect(view.destination.state).toBe('allowed')
  })

  test('keeps what the source denied apart from what arrived', () => {
    const text = told(seen(atDst), [seen(denied)])
    expect(text).toContain('What the source did is not known')
    expect(text).toContain('Inferred: Other connections between the same names never left')
  })

  test.each<[Partial<FlowKey>, string]>([
    [{ destType: 'Network' }, 'Inferred: The destination has no record: it is not a workload'],
    [{ destType: 'HostEndpoint' }, 'Inferred: The destination has no record: it is not a workload'],
    [{ destType: 'WorkloadEndpoint' }, 'not known: it has no record here (its node has not reported'],
    [{ destType: 'EndpointTypeUnspecified' }, 'it has no record here (it is not a workload, or its node'],
  ])('says why the other end may have no record: %o', (key, text) => {
    expect(told(seen(key), [])).toContain(text)
  })

  test.each<[string, SeenKey]>([
    ['the same end', seen()],
    ['another port', seen({ ...atDst, destPort: 81 })],
    ['another protocol', seen({ ...atDst, proto: 'udp' })],
    ['another source', seen({ ...atDst, sourceName: 'job-*' })],
    ['another namespace', seen({ ...atDst, destNamespace: 'db' })],
    ['another time', seen(atDst, 1545, 1560)],
  ])('takes no record of %s', (_, candidate) => {
    expect(bothEnds(seen(), [candidate]).destination.state).toBe('no record')
  })

  test('takes a record of the neighbouring bucket', () => {
    expect(bothEnds(seen(), [seen(atDst, 1515, 1530)]).destination.state).toBe('allowed')
  })

  test('says that the times are unknown where a format has none', () => {
    expect(told(seen(), [seen(atDst, 0, 0)])).toContain('Whether the two are of the same time is not known')
  })

  test('does not choose between two records of the other end', () => {
    const view = bothEnds(seen(), [seen(atDst), seen({ ...atDst, ...denied })])
    expect(view.destination).toMatchObject({
      state: 'both',
      text: 'ingress of the destination: allowed and denied',
    })
    expect(plainText(view.statements)).toContain(
      'Which of these records belong to one connection is not known',
    )
  })

  test('claims no decider that contradicts the verdict', () => {
    const odd = { ...atDst, action: 'Deny', policies: { enforced: [buildHit()], pending: [] } } as const
    expect(told(seen(), [seen(odd)])).toContain('refused at backend/api-* (what decided is not known)')
  })

  test('pairs nothing when the record does not say which end it is from', () => {
    const view = bothEnds(seen({ reporter: 'ReporterUnspecified' }), [seen(), seen(atDst)])
    expect(view.subject).toBeNull()
    expect(view.statements.map(({ certainty }) => certainty)).toEqual(['unknown'])
  })

  test('never calls the pairing recorded', () => {
    fc.assert(
      fc.property(oddKey, oddKey, (a, b) => {
        const { statements, subject, source, destination } = bothEnds(seen(a), [
          seen(b),
          seen(a),
          seen(atDst),
        ])
        expect(statements.length).toBeGreaterThan(0)
        for (const { certainty } of statements) expect(certainty).not.toBe('recorded')
        if (subject !== 'source') expect(source.certainty).not.toBe('recorded')
        if (subject !== 'destination') expect(destination.certainty).not.toBe('recorded')
      }),
    )
  })
})
