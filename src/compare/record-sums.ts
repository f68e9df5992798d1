/** Records of a side that are sums of more than a bucket: what happens within minutes is not in them. */

export interface RecordSums {
  /** The longest time that a record is of. */
  readonly seconds: number
  /** Whether a header says so, of each record; otherwise the records themselves show it. */
  readonly isStated: boolean
}

/** Sentences without a full stop: what the records of the sides are sums of. `lengthOf` writes a length. */
export function sumsSentences(
  a: RecordSums | null,
  b: RecordSums | null,
  lengthOf: (seconds: number) => string,
): readonly string[] {
  const words = ({ seconds, isStated }: RecordSums): string =>
    `are sums of ${isStated ? '' : 'up to '}${lengthOf(seconds)}`
  if (a !== null && b !== null && words(a) === words(b)) return [`Records ${words(a)}`]
  return [
    ...(a === null ? [] : [`Records of A ${words(a)}`]),
    ...(b === null ? [] : [`Records of B ${words(b)}`]),
  ]
}
