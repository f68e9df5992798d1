/**
 * Merges sequences that are sorted by a number into one that is: the least first, and among equals those of the earlier
 * sequence first, so that it is stable. Holds one item of each sequence.
 */
export async function* mergeSorted<T>(
  sequences: readonly AsyncIterator<T>[],
  orderOf: (item: T) => number,
): AsyncGenerator<T> {
  const heads = await Promise.all(
    sequences.map(async (sequence) => ({ sequence, head: await sequence.next() })),
  )
  try {
    for (;;) {
      let least: (typeof heads)[number] | undefined
      let leastOrder = Number.POSITIVE_INFINITY
      for (const each of heads) {
        if (each.head.done === true) continue
        const order = orderOf(each.head.value)
        if (least !== undefined && order >= leastOrder) continue
        least = each
        leastOrder = order
      }
      if (least === undefined || least.head.done === true) return
      yield least.head.value
      least.head = await least.sequence.next()
    }
  } finally {
    for (const { sequence } of heads) await sequence.return?.()
  }
}
