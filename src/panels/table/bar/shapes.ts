/** What a row of the table stands for, in the reader's words. */
import type { Shape } from '../../../state/client/rows.ts'

export interface ShapeWords {
  readonly shape: Shape
  readonly title: string
  readonly one: string
  readonly help: string
}

/** In the order of the tabs. */
export const SHAPES: readonly ShapeWords[] = [
  {
    shape: 'signatures',
    title: 'Signatures',
    one: 'signature',
    help: 'One row for each way of being allowed or denied: the same ends, port, reporter and deciding rule.',
  },
  {
    shape: 'flows',
    title: 'Flows',
    one: 'flow',
    help: 'One row for each flow that Goldmane tells apart, updated in place.',
  },
  {
    shape: 'intervals',
    title: 'Intervals',
    one: 'interval',
    help: 'One row for each 15 s record.',
  },
]

/** The noun of a shape's rows. */
export function nounOf(shape: Shape): string {
  return SHAPES.find((entry) => entry.shape === shape)?.one ?? 'row'
}
