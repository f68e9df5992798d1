import { describe, expect, test } from 'vitest'

import { include } from '../../filter/tree/clauses.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { print } from '../../filter/language/print.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { actionsOn, aroundAction, type FilterActionId, labelValue, valuesIn } from './filter-actions.ts'

const onBackend = include(ALL, 'dst.ns', 'backend')

function after(
  id: FilterActionId,
  field: 'src.ns' | 'dst.ns' | 'port',
  value: string,
  filter: Expression,
): string {
  const action = actionsOn({ field, value }, { filter }).actions.find((each) => each.id === id)
  return action?.does.kind === 'change' ? print(action.does.change.filter ?? ALL) : ''
}

function titlesOnBackend(value: string): readonly string[] {
  return actionsOn({ field: 'dst.ns', value }, { filter: onBackend }).actions.map(({ title }) => title)
}

describe('the menu of a value', () => {
  test('adds to the filter and keeps what is asked for already', () => {
    expect(after('is', 'src.ns', 'frontend', onBackend)).toBe('dst.ns = backend and src.ns = frontend')
    expect(after('is-not', 'src.ns', 'frontend', onBackend)).toBe('dst.ns = backend and src.ns != frontend')
    expect(after('is', 'dst.ns', 'db', onBackend)).toBe('dst.ns = (backend, db)')
    expect(after('only', 'dst.ns', 'db', onBackend)).toBe('dst.ns = db')
    expect(after('either', 'src.ns', 'db', onBackend)).toBe('dst.ns = backend and ns = db')
  })

  test('offers either side only for what both sides have', () => {
    expect(after('either', 'port', '80', ALL)).toBe('')
  })

  test('tells which actions change nothing', () => {
    const idle = actionsOn({ field: 'dst.ns', value: 'backend' }, { filter: onBackend }).actions
    expect(idle.filter((each) => each.idle).map(({ id }) => id)).toEqual(['is'])
  })

  test('says only and without; and also, where another value of the field is asked for', () => {
    expect(titlesOnBackend('backend').slice(0, 2)).toEqual(['Only backend', 'Without backend'])
    expect(titlesOnBackend('db').slice(0, 3)).toEqual(['Also db', 'Without db', 'Only db'])
  })

  test('shows a value as people know it and copies that', () => {
    const { shown, actions } = actionsOn({ field: 'src.name', value: 'pub' }, { filter: ALL })
    expect(shown).toBe('public network')
    expect(actions.at(-1)?.does).toEqual({ kind: 'copy', text: 'public network' })
  })

  test('filters by a label of one end', () => {
    const { title, actions } = actionsOn(labelValue('src.label', 'app=web=1'), { filter: ALL })
    expect(title).toBe('Source label app')
    const [is] = actions
    expect(is?.does.kind === 'change' ? print(is.does.change.filter ?? ALL) : '').toBe(
      'src.label.app = "web=1"',
    )
  })

  test('has no values of a counter', () => {
    expect(valuesIn('bytes', buildFlow({}))).toEqual([])
    expect(valuesIn('port', buildFlow({ destPort: 80 }))).toEqual([{ field: 'port', value: '80' }])
  })
})

describe('flows around one', () => {
  test('are those of two minutes before and after its last interval', () => {
    expect(aroundAction({ firstSeen: 1000, lastSeen: 5000 })?.does).toEqual({
      kind: 'change',
      change: { time: { from: 4865, to: 5120 } },
    })
  })

  test('are those of its last sum where records are sums', () => {
    const action = aroundAction({ firstSeen: 0, lastSeen: 7200 }, 3600)
    expect(action?.title).toBe('Flows of the same 1 h')
    expect(action?.does).toEqual({ kind: 'change', change: { time: { from: 3600, to: 7200 } } })
  })

  test('cannot be found where there are no times', () => {
    expect(aroundAction({ firstSeen: 0, lastSeen: 0 })).toBeNull()
  })
})
