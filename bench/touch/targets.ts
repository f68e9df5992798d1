/** The aims of every touch, as data. A touch with a ratio has its floor measured in the same run. */
import type { Target, Unit } from '../figures.ts'

/** The ends of the names: what they are measured with. */
export function targetsFor(records: string) {
  const target = <Aims extends Target['aims']>(what: string, unit: Unit, ...aims: Aims) => ({
    what: `${what}, ${records}`,
    unit,
    aims,
  })
  /** An act on the table: twice what changing as many texts takes, and under 50 ms. */
  const act = (what: string) => target(what, 'ms', { timesFloor: 2 }, { under: 50 })
  return {
    firstRow: target('first row painted', 'ms', { under: 600 }),
    requests: target('requests before the first row', '', { atMost: 15 }),
    bytes: target('bytes on the wire before it', 'kB', { atMost: 250 }),
    allHeld: target('all held, from the navigation', 'ms', { timesFloor: 400 / 150 }),
    busy: target('page busy while flows stream in', '%', { under: 25 }),
    longestTask: target('longest task while flows stream in', 'ms', { under: 50 }),
    memory: target(
      'settled memory of the renderers',
      'MiB',
      ...(records.startsWith('1,000,000') ? [{ under: 280 }] : [{ under: 200 }]),
    ),
    idleMemory: target('memory of the renderers after 40 s', 'MiB'),
    firstOpening: target('first opening of a row', 'ms', { under: 60 }),
    opening: target('later opening of a row', 'ms', { under: 60 }),
    facet: act('Grouped: filter by a click on a facet'),
    denied: act('Grouped: key `d`'),
    enter: act('Grouped: Enter of a typed query'),
    sort: act('Every 15 s: sort by a heading'),
    deniedRecords: act('Every 15 s: key `d`'),
    end: act('Every 15 s: jump to the end'),
    letter: target('a letter in the query bar, p95', 'ms', { under: 16 }),
    scroll: target('scrolling, p95 of frames', 'ms', { timesFloor: 1.3 }),
    blank: target('scrolling, frames with rows not drawn', '', { atMost: 0 }),
    emptyFloor: target("floor: an empty page's key to paint", 'ms'),
    textsFloor: target('floor: texts changed in place in a static copy', 'ms'),
    rowsFloor: target('floor: rows replaced in a static copy', 'ms'),
    scrollFloor: target('floor: static copy scrolled, p95 of frames', 'ms'),
  } satisfies Record<string, Target>
}
