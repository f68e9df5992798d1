import { readFileSync } from 'node:fs'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { include } from '../filter/tree/clauses.ts'
import { ALL } from '../filter/tree/expression.ts'
import { hasHidden } from '../lib/visible-text.ts'
import { PICTURE_COLOURS, timelineSvg, type TimelinePicture } from './timeline-svg.ts'

/** 14:00:00 UTC. */
const FROM = 1_790_000_000 - (1_790_000_000 % 3600)

function barsOf(count: number, change: Partial<TimelinePicture['bars']> = {}): TimelinePicture['bars'] {
  return {
    from: FROM,
    step: 15,
    measure: 'records',
    allowed: new Float64Array(count).fill(10),
    denied: new Float64Array(count),
    other: new Float64Array(count),
    gaps: new Uint8Array(count),
    ...change,
  }
}

function pictureOf(change: Partial<TimelinePicture> = {}): TimelinePicture {
  return { source: 'lab-1', filter: ALL, bars: barsOf(240), range: null, ...change }
}

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  text: string
}

const TOKEN =
  /<(\/?)([a-zA-Z]+)((?: [a-zA-Z0-9:-]+="[^"<&]*")*)(\/?)>|((?:[^<>&]|&(?:amp|lt|gt|quot|apos);)+)/y
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The elements of a well-formed document, in the order of their beginning; throws where it is not well-formed. */
function parsed(svg: string): readonly Element[] {
  const elements: Element[] = []
  const open: Element[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < svg.length) {
    const at = TOKEN.lastIndex
    const [, closing, name, attributes = '', empty, text] = TOKEN.exec(svg) ?? []
    if (name === undefined && text === undefined)
      throw new Error(`not well-formed: ${svg.slice(at, at + 80)}`)
    if (name === undefined) {
      const last = open.at(-1)
      const plain = (text ?? '').replaceAll(
        /&(\w+);/g,
        (_, entity: keyof typeof ENTITIES) => ENTITIES[entity],
      )
      if (last !== undefined) last.text += plain
    } else if (closing === '/') expect(open.pop()?.name).toBe(name)
    else {
      const pairs = [...attributes.matchAll(/ ([^=]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
        key,
        value,
      ])
      const element: Element = { name, attributes: Object.fromEntries(pairs), text: '' }
      elements.push(element)
      if (empty === '') open.push(element)
    }
  }
  expect(open).toEqual([])
  return elements
}

function textsOf(svg: string): string[] {
  return parsed(svg)
    .filter(({ name }) => name === 'text')
    .map(({ text }) => text)
}

describe('the picture of a timeline', () => {
  test('says what it is of, when, and what a full bar is', () => {
    const denied = new Float64Array(240)
    denied[7] = 60
    const filter = include(ALL, 'dst.ns', 'backend')
    const texts = textsOf(timelineSvg(pictureOf({ filter, bars: barsOf(240, { denied }) })))
    expect(texts.slice(0, 4)).toEqual([
      'lab-1: records over time',
      '14:00:00 – 15:00:00, 21 Sept 2026, UTC',
      'dst.ns = backend',
      '80 records in 15 s',
    ])
    expect(texts).toEqual(expect.arrayContaining(['14:10', '14:30', '60 denied', '2,400 allowed']))
    expect(texts.join()).not.toContain('without a verdict')
  })

  test('has denied bars on top of allowed ones, and gaps as gaps', () => {
    const bars = barsOf(4, {
      allowed: Float64Array.of(10, 0, 0, 0),
      denied: Float64Array.of(10, 0, 0, 0),
      gaps: Uint8Array.of(0, 1, 1, 0),
    })
    const svg = timelineSvg(pictureOf({ bars }))
    const elements = parsed(svg)
    const path = (verdict: string) => elements.find(({ attributes }) => attributes['data-bars'] === verdict)
    // Of 140 pixels each has a half; a bar is a quarter of the width, less the gap beside it.
    expect(path('allowed')?.attributes['d']).toBe('M0 70h287v70h-287z')
    expect(path('denied')?.attributes['d']).toBe('M0 0h287v70h-287z')
    expect(path('other')).toBeUndefined()
    const gaps = elements.filter(({ attributes }) => attributes['data-gap'] !== undefined)
    expect(gaps.map(({ attributes: { x, width } }) => [x, width])).toEqual([['288', '576']])
    expect(textsOf(svg)).toContain('nothing received')
  })

  test('is of the range alone, and adds up bars that have no room', () => {
    const allowed = Float64Array.from({ length: 5761 }, (_, i) => (i < 100 ? 1000 : 1))
    const bars = barsOf(5761, { allowed })
    const part = textsOf(timelineSvg(pictureOf({ bars, range: { from: FROM + 1500, to: FROM + 3000 } })))
    expect(part).toContain('14:25:00 – 14:50:00, 21 Sept 2026, UTC')
    expect(part).toContain('1 records in 15 s')
    expect(part).toContain('100 allowed')
    expect(part).toContain('14:45')
    const whole = timelineSvg(pictureOf({ bars }))
    expect(textsOf(whole)).toContain('105,661 allowed')
    expect(textsOf(whole).join()).toMatch(/records in 5\.25 min/)
    const right = [...whole.matchAll(/M(\d+) \d+h(\d+)/g)].map(([, x, width]) => Number(x) + Number(width))
    expect(Math.max(...right)).toBeLessThanOrEqual(1152)
  })

  test('of nothing has no bars, and a range beside all that is held none either', () => {
    for (const picture of [
      pictureOf({ bars: barsOf(1, { allowed: Float64Array.of(0) }) }),
      pictureOf({ range: { from: FROM - 900, to: FROM - 600 } }),
    ]) {
      const svg = timelineSvg(picture)
      expect(textsOf(svg)).toContain('0 denied')
      expect(svg).not.toContain('data-bars')
    }
  })

  test('is well-formed whatever a name or a filter holds, and needs nothing from elsewhere', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({
          unit: fc.constantFrom('<', '>', '&', '"', "'", ']', '\u001b', '\uFFFE', '\u202E', '\uD800', 'é'),
        }),
        (source, value) => {
          const svg = timelineSvg(pictureOf({ source, filter: include(ALL, 'dst.name', value) }))
          parsed(svg)
          expect(hasHidden(svg.replaceAll('\n', ''))).toBe(false)
          expect(svg).not.toMatch(/[\uFFFE\uFFFF]/)
          expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
            /<(script|image|use|style|foreignObject)/,
          )
        },
      ),
    )
  })

  test('cuts a filter that is too long, and says so', () => {
    const texts = textsOf(timelineSvg(pictureOf({ filter: include(ALL, 'dst.name', 'x'.repeat(2000)) })))
    expect(texts.filter((line) => line.includes('xxx'))).toHaveLength(3)
    expect(texts.find((line) => line.endsWith('…'))).toBeDefined()
  })

  test('has the colours of the light theme', () => {
    const css = readFileSync('src/index.css', 'utf8')
    const light = css.slice(css.indexOf(':root {'), css.indexOf("[data-theme='dark'] {"))
    for (const [token, colour] of Object.entries(PICTURE_COLOURS))
      expect(light).toContain(`--${token}: ${colour};`)
  })
})
