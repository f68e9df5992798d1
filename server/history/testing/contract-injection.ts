/** Texts that mean something in SQL or to an engine's parser change nothing, wherever they come from. */
import { describe, expect, test } from 'vitest'
import { ALL, type Expression } from '../../../src/filter/tree/expression.ts'
import type { Flow } from '../../../src/flows/flow.ts'
import { FIELDS } from '../../../src/flows/field.ts'
import { buildFlow, buildHit } from '../../../src/flows/testing/build.ts'
import type { HistorySelection, HistoryStore } from '../history-store.ts'
import { bucketOf, limitsOf, recordsOf, selectionOf } from './history-buckets.ts'

const ODD_TEXTS = [
  "'; DROP TABLE flows; --",
  "' OR 1 = 1 --",
  '" OR "" = "',
  '`flows`',
  'back\\slash\\',
  "\\'",
  '{p1:String}',
  '{}',
  '$1',
  '?',
  '%_*',
  'a\u0000b',
  '\u0000',
  'line\nand\ttab\r',
  '😀 ü',
  '\\N',
  'NULL',
  ') /* ',
]

function is(field: string, text: string, label?: string): Expression {
  return {
    kind: 'compare',
    field: field as (typeof FIELDS)[number]['id'], // of the registry
    operator: '=',
    values: [{ kind: 'text', text, wildcard: false }],
    ...(label === undefined ? {} : { label }),
  }
}

const START = 1_790_002_800

/** A flow that has the text wherever a cluster may have any. */
function flowOf(text: string): Flow {
  const enforced = [buildHit({ name: text, tier: text })]
  return buildFlow(
    { sourceName: text, destNamespace: text, destServiceName: text, policies: { enforced, pending: [] } },
    { sourceLabels: [`app=${text}`, text] },
  )
}

function inEachField(text: string): Expression[] {
  const fields = ['src.name', 'dst.ns', 'service', 'policy', 'tier'].map((field) => is(field, text))
  return [...fields, is('src.label', text, 'app')]
}

/** The texts are tried one by one in so many cases. */
export function describeInjection(store: () => HistoryStore, numRuns: number): void {
  describe('texts that mean something in SQL', () => {
    test('come back as names of clusters and causes of gaps', async () => {
      const clusters = ["'; DROP TABLE buckets; --", ODD_TEXTS.join(' ')]
      const gap = { from: START + 15, to: START + 30 }
      for (const cluster of clusters) {
        await store().put(bucketOf({ cluster, start: START }, [buildFlow({ sourceName: cluster })]))
        await store().addGap(cluster, { ...gap, cause: cluster })
      }
      for (const cluster of clusters) {
        expect(await store().gaps(cluster, { from: START, to: START + 60 })).toEqual([
          { ...gap, cause: cluster },
        ])
        const records = await recordsOf(store(), selectionOf(cluster))
        expect(records.map(({ key }) => key.sourceName)).toEqual([cluster])
      }
      expect(await store().clusters()).toEqual(expect.arrayContaining(clusters))
    })

    test('come back in keys, are found in every field that has them, and find nothing else', async () => {
      const cluster = 'injected'
      const at = { startTime: START, endTime: START + 15 }
      await store().put(bucketOf({ cluster, start: START }, ODD_TEXTS.map(flowOf)))
      const found = (filter: Expression, namespaces: HistorySelection['namespaces'] = 'all') =>
        recordsOf(store(), selectionOf(cluster, { filter, namespaces }))
      const all = await found(ALL)
      expect(all.map(({ key }) => key.sourceName).toSorted()).toEqual(ODD_TEXTS.toSorted())
      expect(all).toEqual(all.map(({ key }) => ({ ...flowOf(key.sourceName), ...at })))
      // Each field finds each text, …
      const everywhere = ODD_TEXTS.map((text) => ({ kind: 'and', terms: inEachField(text) }) as const)
      expect(await found({ kind: 'or', terms: everywhere })).toEqual(all)
      // … and no field finds another one.
      for (const record of all.slice(0, numRuns)) {
        const text = record.key.sourceName
        expect(await found({ kind: 'or', terms: inEachField(text) })).toEqual([record])
      }
      const half = ODD_TEXTS.filter((_, i) => i % 2 === 0)
      expect(await found(ALL, new Set(half))).toEqual(all.filter(({ key }) => half.includes(key.sourceName)))
    })

    test('change nothing in any field of the language', async () => {
      const cluster = 'untouched'
      await store().put(bucketOf({ cluster, start: START }, [buildFlow()]))
      const texts = ODD_TEXTS.slice(0, 8)
      const filter: Expression = {
        kind: 'or',
        terms: FIELDS.flatMap(({ id, type }) => {
          if (type === 'measure' || type === 'age' || type === 'number') return []
          return texts.map((text) => is(id, text, type === 'label' ? text : undefined))
        }),
      }
      const { rows } = await store().query('totals', {}, selectionOf(cluster, { filter }), limitsOf())
      expect(rows).toEqual([])
      const asked = { fields: texts.map((text) => `src.label.${text}`), top: 5 }
      expect((await store().query('facets', asked, selectionOf(cluster), limitsOf())).rows).toEqual([])
      expect(await recordsOf(store(), selectionOf(cluster))).toHaveLength(1)
    })
  })
}
