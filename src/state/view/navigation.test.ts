import { describe, expect, test } from 'vitest'

import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { ManualClock } from '../../lib/testing/manual-clock.ts'
import { RenderGate } from '../client/render-gate.ts'
import { FakePage } from '../testing/fake-page.ts'
import { Navigation } from './navigation.ts'

const backend = include(ALL, 'dst.ns', 'backend')

/** A page whose worker is asked, and whose screen waits for the rows of a changed view, as main.tsx sets it up. */
function setUp(url?: string) {
  const page = new FakePage(url)
  const clock = new ManualClock()
  const gate = new RenderGate(clock)
  const navigation = new Navigation(page)
  navigation.renderBy((render) => gate.schedule(render))
  /** The shapes that the worker was asked for, and those that were rendered. */
  const requested: string[] = []
  const rendered: string[] = []
  const stopRequests = navigation.onBeforeRender(({ shape }) => {
    if (requested.length > 0) gate.close()
    requested.push(shape)
  })
  const stopRenders = navigation.subscribe(() => rendered.push(navigation.rendered().view.shape))
  // The first rendering.
  navigation.rendered()
  const stop = () => {
    stopRequests()
    stopRenders()
  }
  return { page, clock, gate, navigation, requested, rendered, stop }
}

describe('a changed view', () => {
  test('is requested from the worker at once, and rendered with its rows', () => {
    const { gate, navigation, requested, rendered } = setUp()
    navigation.navigate({ shape: 'signatures' })
    expect(requested).toEqual(['groups', 'signatures'])
    expect(rendered).toEqual([])
    expect(navigation.parsed().view.shape).toBe('signatures')
    expect(navigation.rendered().view.shape).toBe('groups')
    gate.open()
    expect(rendered).toEqual(['signatures'])
  })

  test('is rendered after 50 ms when the rows take longer, and not again with them', () => {
    const { clock, gate, navigation, rendered } = setUp()
    navigation.navigate({ shape: 'signatures' })
    clock.advance(49)
    expect(rendered).toEqual([])
    clock.advance(1)
    expect(rendered).toEqual(['signatures'])
    gate.open()
    expect(rendered).toEqual(['signatures'])
    expect(clock.waiting).toBe(0)
  })

  test('that changes once more while it waits is rendered once, as it is then', () => {
    const { clock, navigation, requested, rendered } = setUp()
    navigation.navigate({ shape: 'signatures' })
    clock.advance(30)
    navigation.navigate({ shape: 'intervals' })
    expect(requested).toEqual(['groups', 'signatures', 'intervals'])
    clock.advance(20)
    expect(rendered).toEqual(['intervals'])
    clock.advance(50)
    expect(rendered).toEqual(['intervals'])
  })

  test.each(['keydown', 'pointerdown', 'click', 'input'])(
    'is rendered before a %s of the reader is handled',
    (act) => {
      const { page, gate, navigation, rendered } = setUp()
      const handled: string[] = []
      page.addEventListener(act, () => handled.push(navigation.rendered().view.shape))
      navigation.navigate({ shape: 'signatures' })
      page.dispatch(act)
      expect(handled).toEqual(['signatures'])
      gate.open()
      expect(rendered).toEqual(['signatures'])
    },
  )

  test('is rendered at once without a scheduler', () => {
    const navigation = new Navigation(new FakePage())
    const rendered: string[] = []
    navigation.subscribe(() => rendered.push(navigation.rendered().view.shape))
    navigation.navigate({ shape: 'signatures' })
    expect(rendered).toEqual(['signatures'])
  })
})

describe('the history of the browser', () => {
  test('goes back and forward between pushed views; the worker is asked each time', () => {
    const { page, gate, navigation, requested, rendered } = setUp()
    navigation.navigate({ shape: 'signatures' })
    gate.open()
    page.go(-1)
    expect(navigation.parsed().view.shape).toBe('groups')
    expect(rendered).toEqual(['signatures'])
    gate.open()
    page.go(1)
    gate.open()
    expect(requested).toEqual(['groups', 'signatures', 'groups', 'signatures'])
    expect(rendered).toEqual(['signatures', 'groups', 'signatures'])
  })

  test('has no entry for a view that was replaced, nor for a change that changes nothing', () => {
    const { page, navigation, requested } = setUp()
    navigation.navigate({ shape: 'signatures' })
    navigation.navigate({ bars: 'bytes' }, 'replace')
    navigation.navigate({ shape: 'signatures' })
    expect(page.entries).toBe(2)
    expect(requested).toHaveLength(3)
    page.go(-1)
    expect(navigation.parsed().view).toMatchObject({ shape: 'groups', bars: 'records' })
  })
})

describe('the address', () => {
  test('keeps its path and fragment', () => {
    const { page, navigation } = setUp('http://flowtrace/calico/?rows=ports#help')
    navigation.navigate({ filter: backend })
    expect(page.location.href).toBe('http://flowtrace/calico/?q=dst.ns+%3D+backend&rows=ports#help')
  })

  test('gives the same values for the parts that it says as before', () => {
    const { navigation } = setUp('http://flowtrace/?q=dst.ns+%3D+backend')
    const before = navigation.parsed()
    expect(navigation.parsed()).toBe(before)
    navigation.navigate({ open: 'a' })
    const after = navigation.parsed()
    expect(after.view.open).toBe('a')
    expect(after.view.filter).toBe(before.view.filter)
    expect(after.view.sort).toBe(before.view.sort)
  })

  test('is listened to only while somebody subscribes', () => {
    const { page, stop } = setUp()
    // One of popstate and four of acts.
    expect(page.listeners).toBe(5)
    stop()
    expect(page.listeners).toBe(0)
  })
})
