import { formatPlural } from '../lib/format.ts'

/** What a row of the table is: a group of signatures; a signature; a record of one 15 s bucket. */
export type RowShape = 'groups' | 'signatures' | 'intervals'

/** One row in words, and several. */
const WORDS: Readonly<Record<RowShape, readonly [one: string, many: string]>> = {
  groups: ['group', 'groups'],
  signatures: ['group by port', 'groups by port'],
  intervals: ['record', 'records'],
}

/** So many rows of a shape in words: `3 groups`, or `3 new groups` with the adjective. */
export function rowsInWords(count: number, shape: RowShape, adjective = ''): string {
  const before = adjective === '' ? '' : `${adjective} `
  const [one, many] = WORDS[shape]
  return formatPlural(count, before + one, before + many)
}
