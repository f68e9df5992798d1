import { describe, expect, test } from 'vitest'

import { type ColumnId, columnOf, COLUMNS } from './column.ts'
import { fieldOf } from './field.ts'
import type { FlowKey } from './flow.ts'
import { buildEndOfTier, buildHit, buildKey } from './testing/build.ts'

function sortText(id: ColumnId, key: Partial<FlowKey> = {}): string | undefined {
  const { sort } = columnOf(id)
  return sort.by === 'text' ? sort.of({ key: buildKey(key), sourceLabels: [], destLabels: [] }) : undefined
}

describe('a column sorts by', () => {
  test.each<[ColumnId, Partial<FlowKey>, string]>([
    ['action', { action: 'Deny' }, 'Deny'],
    ['pending', {}, 'Allow'],
    ['pending', { policies: { enforced: [buildHit()], pending: [] } }, 'not computed'],
    ['source', { sourceName: 'pub', sourceNamespace: '-' }, '-/public network'],
    ['destination', {}, 'backend/api-*'],
    ['service', {}, 'backend/api'],
    ['port', {}, 'tcp 00080'],
    ['reporter', {}, 'Src'],
    ['decided', {}, 'default//allow-all/00001'],
    [
      'decided',
      { policies: { enforced: [buildEndOfTier('deny-all')], pending: [] } },
      'default//deny-all/00000',
    ],
    ['decided', { policies: { enforced: [], pending: [] } }, ''],
  ])('%s of %j: the text %j', (id, key, text) => {
    expect(sortText(id, key)).toBe(text)
  })

  test('ports as numbers', () => {
    expect(String(sortText('port', { destPort: 443 })) < String(sortText('port', { destPort: 8080 }))).toBe(
      true,
    )
  })

  test.each(['bytes', 'packets', 'conns'] as const)('%s: the measure of that name', (id) => {
    expect(columnOf(id).sort).toEqual({ by: 'measure', field: id })
  })

  test('the time first and last seen', () => {
    expect(columnOf('first').sort).toEqual({ by: 'first' })
    expect(columnOf('seen').sort).toEqual({ by: 'last' })
  })
})

test('every column shows fields of the registry, but for the time first seen', () => {
  expect(COLUMNS.filter(({ fields }) => fields.length === 0).map(({ id }) => id)).toEqual(['first'])
  for (const { fields } of COLUMNS) for (const id of fields) expect(fieldOf(id).id).toBe(id)
})

test('the columns that the user has to choose first', () => {
  expect(COLUMNS.filter(({ shownByDefault }) => !shownByDefault).map(({ id }) => id)).toEqual([
    'first',
    'pending',
    'service',
    'reporter',
    'bytes',
    'packets',
  ])
})

test('an id that is none is an error', () => {
  expect(() => columnOf('nothing' as 'seen')).toThrow('No column nothing') // a name that is none
})
