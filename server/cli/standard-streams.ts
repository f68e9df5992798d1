import type { Readable, Writable } from 'node:stream'

/** The standard streams of the process, or a test's. */
export interface StandardStreams {
  readonly stdin: Readable
  /** `isTTY`: whether a person watches it. */
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean }
}
