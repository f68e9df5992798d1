const DIGIT_BITS = 11
const DIGITS = 1 << DIGIT_BITS

/**
 * The rows in ascending order of their 64-bit ids, which are given in halves. A radix sort over the upper half, which is nearly
 * always enough because ids are hashes: 20,000 rows take a millisecond, with a comparator 15.
 */
export function orderById(high: Uint32Array, low: Uint32Array): Uint32Array {
  const count = high.length
  let order = Uint32Array.from({ length: count }, (_, row) => row)
  let sorted = new Uint32Array(count)
  const places = new Uint32Array(DIGITS)
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    places.fill(0)
    for (let row = 0; row < count; row++) places[(high[row]! >>> shift) & (DIGITS - 1)]!++
    for (let digit = 0, sum = 0; digit < DIGITS; digit++) {
      const here = places[digit]!
      places[digit] = sum
      sum += here
    }
    for (let i = 0; i < count; i++) {
      const row = order[i]!
      const digit = (high[row]! >>> shift) & (DIGITS - 1)
      sorted[places[digit]!++] = row
    }
    ;[order, sorted] = [sorted, order]
  }
  sortTies(order, high, low)
  return order
}

/** Insertion sort by the lower half, within runs of an equal upper half. */
function sortTies(order: Uint32Array, high: Uint32Array, low: Uint32Array): void {
  for (let i = 1; i < order.length; i++) {
    const row = order[i]!
    let at = i
    for (; at > 0; at--) {
      const before = order[at - 1]!
      if (high[before] !== high[row] || low[before]! <= low[row]!) break
      order[at] = before
    }
    order[at] = row
  }
}
