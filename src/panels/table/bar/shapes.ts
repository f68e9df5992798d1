/** The words of the screen for the shapes of rows. */
import { formatPlural } from '../../../lib/format.ts'
import type { Shape } from '../../../state/client/rows.ts'

export interface ShapeWords {
  readonly shape: Shape
  readonly title: string
  /** The title where there is little room. */
  readonly short: string
  /** One row in words, and several. */
  readonly one: string
  readonly many: string
  readonly help: string
}

/** In the order of the tabs. */
export const SHAPES: readonly ShapeWords[] = [
  {
    shape: 'groups',
    title: 'Grouped',
    short: 'Grouped',
    one: 'group',
    many: 'groups',
    help: 'One row for each source and destination with the same verdict and deciding rule; ports are a list.',
  },
  {
    shape: 'signatures',
    title: 'By port',
    short: 'By port',
    one: 'group by port',
    many: 'groups by port',
    help: 'As grouped, with a row for each port.',
  },
  {
    shape: 'intervals',
    title: 'Every 15 s',
    short: '15 s',
    one: 'record',
    many: 'records',
    help: 'One row for each record of 15 s.',
  },
]

/** So many rows of a shape in words: `3 groups`, or `3 new groups` with the adjective. */
export function rowsInWords(count: number, shape: Shape, adjective = ''): string {
  const words = SHAPES.find((entry) => entry.shape === shape)
  const before = adjective === '' ? '' : `${adjective} `
  return formatPlural(count, before + (words?.one ?? 'row'), before + (words?.many ?? 'rows'))
}
