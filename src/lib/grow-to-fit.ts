type Growable =
  | Uint8Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>

/**
 * The same array, or a longer copy if it has no element at `index`; new elements are 0. The caller must replace its
 * reference. It grows by half: with a million keys the slack of doubling would use up much of the memory budget.
 */
export function growToFit<A extends Growable>(array: A, index: number): A {
  if (index < array.length) return array
  const length = Math.max(16, index + 1, Math.ceil(array.length * 1.5))
  // The constructor of an array of type A makes an A, which the types of the standard library do not say.
  const longer = new (array.constructor as new (length: number) => A)(length)
  longer.set(array)
  return longer
}
