type Growable = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

/**
 * The same array, or a longer copy when index `at` does not fit. It grows by half: with a million keys the memory
 * budget notices the slack that doubling leaves.
 */
export function growToFit<A extends Growable>(array: A, at: number): A {
  if (at < array.length) return array
  const length = Math.max(16, at + 1, Math.ceil(array.length * 1.5))
  // The constructor of an array of type A makes an A, which the library's types do not say.
  const longer = new (array.constructor as new (length: number) => A)(length)
  longer.set(array)
  return longer
}
