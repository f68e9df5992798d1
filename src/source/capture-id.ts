/** Which capture a link is about: what it says of the file, by which the file is known again when somebody opens it. */

export interface CaptureId {
  /** The name of the file, as its system has it. */
  readonly name: string
  /** In bytes, as stored: of a gzip file the compressed ones. */
  readonly size: number
  /** `hashOf` its content (capture-hash.ts). */
  readonly hash: string
}

/** Characters of a file's name that a link carries; common file systems allow 255 bytes. */
const MAX_NAME_LENGTH = 255

/** Whether two files have the same content. A copy may have been renamed, as browsers do with a second download. */
export function isSameContent(a: CaptureId, b: CaptureId): boolean {
  return a.size === b.size && a.hash === b.hash
}

/** The text in a link: "4100000.0123456789abcdef.incident.ndjson.gz". */
export function printCaptureId({ name, size, hash }: CaptureId): string {
  return `${size}.${hash}.${name.slice(0, MAX_NAME_LENGTH)}`
}

/** Reads {@link printCaptureId}; null for another text. */
export function parseCaptureId(text: string): CaptureId | null {
  const [, size, hash, name] = /^(\d{1,15})\.([0-9a-f]{16})\.(.{1,255})$/s.exec(text) ?? []
  if (size === undefined || hash === undefined || name === undefined) return null
  return { name, size: Number(size), hash }
}
