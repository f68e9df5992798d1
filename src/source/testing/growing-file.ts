/** A file whose bytes come when a test writes them. */

export function growingFile(name: string, bytes: ReadableStream<Uint8Array>): File {
  // A slice that cannot be had at once is read as a stream.
  const slice = Object.assign(new Blob(['.']), {
    arrayBuffer: () => Promise.reject(new DOMException('not yet', 'NotReadableError')),
    stream: () => bytes,
  })
  return Object.assign(new File(['.'], name), { slice: () => slice })
}
