/** The words of the screen for the shapes of rows. */
import type { Shape } from '../../../state/client/rows.ts'

export interface ShapeWords {
  readonly shape: Shape
  readonly title: string
  /** One row in words, such as "signature". */
  readonly noun: string
  readonly help: string
}

/** In the order of the tabs. */
export const SHAPES: readonly ShapeWords[] = [
  {
    shape: 'signatures',
    title: 'Signatures',
    noun: 'signature',
    help: 'One row for each way of being allowed or denied: the same ends, port, reporter and deciding rule.',
  },
  {
    shape: 'flows',
    title: 'Flows',
    noun: 'flow',
    help: 'One row for each flow that Goldmane tells apart, updated in place.',
  },
  {
    shape: 'intervals',
    title: 'Intervals',
    noun: 'interval',
    help: 'One row for each 15 s record.',
  },
]

/** The word for one row of a shape. */
export function nounOf(shape: Shape): string {
  return SHAPES.find((entry) => entry.shape === shape)?.noun ?? 'row'
}
