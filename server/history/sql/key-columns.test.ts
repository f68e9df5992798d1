import { expect, test } from 'vitest'
import { EITHER_END, KEY_COLUMNS } from '../../../src/filter/plan/key-column.ts'
import { FIELDS } from '../../../src/flows/field.ts'
import { buildEndOfTier, buildFlow, buildHit } from '../../../src/flows/testing/build.ts'
import { KEY_COLUMN_LIST, keyRowOf } from './key-columns.ts'

test('each field about one thing of the key has a column, of the type of its values', () => {
  const asked = FIELDS.filter(({ type, id }) => type !== 'measure' && type !== 'age' && !(id in EITHER_END))
  expect(KEY_COLUMN_LIST.map(({ field }) => field).sort()).toEqual(asked.map(({ id }) => id).sort())
  for (const field of asked) {
    const type: string = KEY_COLUMNS[field.id as keyof typeof KEY_COLUMNS]
    expect(type.startsWith('number')).toBe(field.type === 'number')
  }
})

test('a key is a row', () => {
  const { columns, folded } = keyRowOf(
    buildFlow(
      {
        sourceName: 'web-*',
        sourceNamespace: 'frontend',
        destServiceName: '',
        destPort: 443,
        action: 'Deny',
        policies: {
          enforced: [
            buildHit({ name: 'pass-on', tier: 'security', action: 'Pass' }),
            buildEndOfTier('default-deny'),
          ],
          pending: [],
        },
      },
      { sourceLabels: ['app=web'] },
    ),
  )
  expect(columns).toMatchObject({
    action: 'Deny',
    pending: 'not computed',
    src_ns: 'frontend',
    src_name: 'web-*',
    src_label: ['app=web'],
    service: [],
    port: 443,
    policy: ['pass-on', 'default-deny'],
    decided: ['default-deny'],
    trigger: ['default-deny'],
  })
  expect(folded).toEqual([])
})

test('a key with a text that is not ASCII has all its texts folded', () => {
  const { folded } = keyRowOf(buildFlow({ sourceName: 'İ' }, { sourceLabels: ['App=Web', 'Zone'] }))
  expect(folded).toEqual(
    expect.arrayContaining([
      'src_name=i̇',
      'action=allow',
      'src_label=app=web',
      'src_label:App=web',
      'src_label=zone',
      'src_label:Zone=',
    ]),
  )
})
