/**
 * Holds everything that groups flows to src/flows/identity.ts: the terminal's table, the columns of the store, and the
 * plain-object store that is the oracle of the store's own tests.
 */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { ALL } from '../../src/filter/tree/expression.ts'
import { anyFlow } from '../../src/filter/testing/arbitrary-queries.ts'
import type { Flow, FlowKey } from '../../src/flows/flow.ts'
import { inOrder } from '../../src/flows/hit.ts'
import {
  conversationIdentity,
  groupIdentity,
  keyIdentity,
  signatureIdentity,
} from '../../src/flows/identity.ts'
import type { Row, RowKind, ViewRequest } from '../../src/store/protocol.ts'
import { RecordStore } from '../../src/store/keys/record-store.ts'
import { FlowView } from '../../src/store/query/flow-view.ts'
import { ReferenceStore } from '../../src/store/testing/reference-store.ts'
import { SignatureTable } from './explain-signatures.ts'

/** Keys that differ from a few others in one field or one trace, so that nearly alike flows meet. */
const someFlows: fc.Arbitrary<readonly Flow[]> = fc
  .array(anyFlow, { minLength: 1, maxLength: 3 })
  .chain((bases) =>
    fc.array(
      fc
        .record({
          base: fc.constantFrom(...bases),
          other: anyFlow,
          field: fc.constantFrom(...(Object.keys(bases[0]!.key) as (keyof FlowKey)[])), // the keys of a key
        })
        .map(({ base, other, field }) => ({ ...base, key: { ...base.key, [field]: other.key[field] } })),
      { minLength: 1, maxLength: 12 },
    ),
  )
  .map((flows) =>
    // As the readers hand them on: hits in order of evaluation, and one start for each record of a key.
    flows.map((flow, i) => ({
      ...flow,
      key: {
        ...flow.key,
        policies: {
          enforced: inOrder(flow.key.policies.enforced),
          pending: inOrder(flow.key.policies.pending),
        },
      },
      startTime: 1_790_000_010 + 15 * i,
      endTime: 1_790_000_025 + 15 * i,
    })),
  )

function distinct(flows: readonly Flow[], identity: (key: FlowKey) => string): readonly string[] {
  return [...new Set(flows.map(({ key }) => identity(key)))].toSorted()
}

function request(shape: RowKind): ViewRequest {
  return {
    shape,
    filter: ALL,
    time: null,
    sort: { column: 'seen', descending: true },
    offset: 0,
    limit: 1000,
    frozen: null,
    selected: null,
    newSince: null,
    arrangement: null,
    trendMeasure: 'records',
  }
}

const identitiesOf = (rows: readonly Row[], identity: (key: FlowKey) => string) =>
  rows.map(({ key }) => identity(key)).toSorted()

interface Answers {
  readonly rows: (shape: RowKind) => readonly Row[]
  readonly conversation: (id: string) => readonly Row[]
}

function openStore(flows: readonly Flow[]): Answers {
  const store = new RecordStore({ budget: 64 * 2 ** 20, live: false })
  for (const flow of flows) store.append(flow)
  return {
    rows: (shape) => new FlowView(store).view(request(shape), 0).rows,
    conversation: (id) => new FlowView(store).conversation(id, 0),
  }
}

function openOracle(flows: readonly Flow[]): Answers {
  const oracle = new ReferenceStore({ live: false })
  for (const flow of flows) oracle.append(flow)
  return {
    rows: (shape) => oracle.view(request(shape), 0).rows,
    conversation: (id) => oracle.conversation(id),
  }
}

const STORES = [
  ['the store', openStore],
  ['the oracle', openOracle],
] as const

test.each(STORES)('%s has one row for each key, for each signature and for each group', (_, open) => {
  fc.assert(
    fc.property(someFlows, (flows) => {
      const { rows } = open(flows)
      expect(identitiesOf(rows('keys'), keyIdentity)).toEqual(distinct(flows, keyIdentity))
      expect(identitiesOf(rows('signatures'), signatureIdentity)).toEqual(distinct(flows, signatureIdentity))
      expect(identitiesOf(rows('groups'), groupIdentity)).toEqual(distinct(flows, groupIdentity))
    }),
  )
})

test.each(STORES)('%s finds the flows of a conversation', (_, open) => {
  fc.assert(
    fc.property(someFlows, (flows) => {
      const { rows, conversation } = open(flows)
      for (const row of rows('keys')) {
        const wanted = conversationIdentity(row.key)
        const alike = flows.filter(({ key }) => conversationIdentity(key) === wanted)
        expect(identitiesOf(conversation(row.id), keyIdentity)).toEqual(distinct(alike, keyIdentity))
      }
    }),
  )
})

test('the terminal has one entry for each signature, with the number of its records', () => {
  fc.assert(
    fc.property(someFlows, (flows) => {
      const table = new SignatureTable()
      for (const flow of flows) table.add(flow)
      const entries = table.sorted()
      expect(entries.map(({ subject }) => signatureIdentity(subject.key)).toSorted()).toEqual(
        distinct(flows, signatureIdentity),
      )
      for (const { subject, records } of entries) {
        const wanted = signatureIdentity(subject.key)
        expect(records).toBe(flows.filter(({ key }) => signatureIdentity(key) === wanted).length)
      }
    }),
  )
})
