/** Where a value stands in the manifests that were loaded, so that every fault and every rule can be found again. */

export interface Place {
  /** The name of the file, its path below the folder that was opened, or `pasted text`. */
  readonly file: string
  /** From 1. The line and column at which the value begins, and the last line of it. */
  readonly line: number
  readonly column: number
  readonly endLine: number
}
