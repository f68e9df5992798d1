/** The words of the screen for the shapes of rows. */
import { BUCKET_SECONDS } from '../../../flows/bucket.ts'
import { formatAge } from '../../../lib/format.ts'
import type { Shape } from '../../../state/client/rows.ts'

export interface ShapeWords {
  readonly shape: Shape
  readonly title: string
  /** The title where there is little room. */
  readonly short: string
  readonly help: string
}

/** In the order of the tabs. */
export const SHAPES: readonly ShapeWords[] = [
  {
    shape: 'groups',
    title: 'Grouped',
    short: 'Grouped',
    help: 'One row for each source and destination with the same verdict and deciding rule; ports are a list.',
  },
  {
    shape: 'signatures',
    title: 'By port',
    short: 'By port',
    help: 'As grouped, with a row for each port.',
  },
  {
    shape: 'intervals',
    title: 'Every 15 s',
    short: '15 s',
    help: 'One row for each record of 15 s.',
  },
]

/** As {@link SHAPES}, for records of so many seconds. */
export function shapesOf(recordSeconds: number): readonly ShapeWords[] {
  if (recordSeconds === BUCKET_SECONDS) return SHAPES
  const length = formatAge(recordSeconds)
  return SHAPES.map((words) =>
    words.shape === 'intervals'
      ? { ...words, title: `Every ${length}`, short: length, help: `One row for each sum of ${length}.` }
      : words,
  )
}
