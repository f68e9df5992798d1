import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { demoFlows } from '../../../demo/cluster.ts'
import { BUCKET_SECONDS } from '../../../flows/bucket.ts'
import { DEFAULT_PREFERENCES } from '../../../state/remembered/preferences.ts'
import { shownDestination, shownSource } from '../rows/shown-ends.ts'
import { cutToFit, type EndName, fitEnds, NAME_CUT } from './end-names.ts'
import { layoutOf } from './table-layout.ts'

/** A monospaced font of one pixel a character. */
const inChars = (text: string) => Array.from(text).length
const name = (text: string): EndName => {
  const at = text.indexOf('/')
  return { namespace: at < 0 ? '' : text.slice(0, at), name: text.slice(at + 1) }
}
const shown = (ends: readonly EndName[]) =>
  ends.map((end) => (end.namespace === '' ? end.name : `${end.namespace}/${end.name}`)).join(' → ')
const fit = (source: string, destination: string, width: number) =>
  shown(fitEnds(name(source), name(destination), width, inChars))

const ends = fc.record({
  namespace: fc.constantFrom('', 'db', 'kube-system', 'monitoring', 'a-namespace-with-a-long-name'),
  name: fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/),
})

describe('the names of two ends', () => {
  test('are left alone where they fit', () => {
    expect(fit('default/test', 'backend/api', 23)).toBe('default/test → backend/api')
  })

  test('give way in their namespaces first, the longer one before the other, and then in the middle', () => {
    expect(fit('monitoring/prometheus-k8s', 'kube-system/coredns', 39)).toBe(
      'monitor…/prometheus-k8s → kube-sy…/coredns',
    )
    expect(fit('private network', 'cert-manager/cert-manager-webhook', 36)).toBe(
      'private network → c…/cert-mana…-webhook',
    )
    expect(fit('public network', 'ingress-nginx/ingress-nginx-controller', 30)).toBe(
      'public network → i…/ingres…roller',
    )
  })

  test('fit, keep their ends, and are cut no more than needed', () => {
    fc.assert(
      fc.property(ends, ends, fc.integer({ min: 10, max: 120 }), (source, destination, width) => {
        const fitted = fitEnds(source, destination, width, inChars)
        const total = (all: readonly EndName[]) =>
          all.reduce(
            (sum, end) => sum + inChars(end.namespace + end.name) + (end.namespace === '' ? 0 : 1),
            0,
          )
        // An ellipsis with the least that stays beside it.
        const shortest = 2 * (1 + 1 + 1 + 8 + 1)
        expect(total(fitted)).toBeLessThanOrEqual(Math.max(width, shortest))
        for (const [i, full] of [source, destination].entries()) {
          const cut = fitted[i]
          const tail = cut?.name.split('…').at(-1) ?? ''
          expect(full.name.endsWith(tail)).toBe(true)
          expect(tail).not.toBe('')
          expect(cut?.namespace === '').toBe(full.namespace === '')
          // A name is cut only when both namespaces have given all they can.
          if (cut?.name !== full.name)
            for (const [j, end] of [source, destination].entries())
              expect(inChars(fitted[j]?.namespace ?? '')).toBeLessThanOrEqual(
                Math.min(2, inChars(end.namespace)),
              )
        }
        if (total([source, destination]) <= width) expect(fitted).toEqual([source, destination])
      }),
    )
  })

  test.each([
    ['JetBrains Mono', 0.6],
    ['DejaVu Sans Mono', 0.602],
  ])('of the demo stay apart beside an open row at 1440 pixels, in %s', (_font, ems) => {
    const pixels = (text: string) => inChars(text) * 11.5 * (ems - 0.01)
    const layout = layoutOf(DEFAULT_PREFERENCES, { measure: 'conns', aged: true }, 796, pixels)
    expect(layout.kind).toBe('narrow')
    const names = new Map<string, string>()
    // Buckets of an hour, which has every conversation of the demo.
    const flows = Array.from({ length: 40 }, (_, i) => demoFlows(i * 6 * BUCKET_SECONDS)).flat()
    for (const { key } of flows) {
      const [source, destination] = [shownSource(key), shownDestination(key)]
      const text = shown(fitEnds(source, destination, layout.endsWidth, pixels))
      const full = `${source.path} → ${destination.path}`
      expect(names.get(text) ?? full, text).toBe(full)
      names.set(text, full)
    }
    expect(names.size).toBeGreaterThan(40)
  })
})

test('a name keeps its beginning and its end', () => {
  expect(cutToFit('10-ingress-controller', NAME_CUT, 16, inChars)).toBe('10-ingre…troller')
  expect(cutToFit('web', NAME_CUT, 1, inChars)).toBe('web')
})
