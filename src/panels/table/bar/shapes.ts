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
    shape: 'groups',
    title: 'Grouped',
    noun: 'group',
    help: 'One row for each source and destination with the same verdict, deciding rule and reporter; ports are a list.',
  },
  {
    shape: 'signatures',
    title: 'By port',
    noun: 'group by port',
    help: 'As grouped, with a row for each port.',
  },
  {
    shape: 'intervals',
    title: 'Every 15 s',
    noun: 'record',
    help: 'One row for each 15 s record.',
  },
]

/** The word for one row of a shape. */
export function nounOf(shape: Shape): string {
  return SHAPES.find((entry) => entry.shape === shape)?.noun ?? 'row'
}
