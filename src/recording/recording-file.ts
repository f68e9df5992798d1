/** Packs a recording: each chunk of lines is a gzip member of its own, and the members one after the other are a capture. */
import { headerLine } from '../capture/capture-writer.ts'
import { chosenFileName, exportFileName } from '../export/file-name.ts'
import { ensure } from '../lib/assert.ts'
import { type Recording, recordingHeader } from './recording.ts'

/** The bytes as one gzip member. */
export async function pack(parts: readonly Uint8Array<ArrayBuffer>[]): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Response(new Blob([...parts]).stream().pipeThrough(new CompressionStream('gzip')))
  return new Uint8Array(await body.arrayBuffer())
}

/** The text of a chunk. */
export function unpack(chunk: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Response(new Blob([chunk]).stream().pipeThrough(new DecompressionStream('gzip'))).text()
}

/** The name of the file: the reader's own, or one of the source and the time. */
export function recordingFileName({ name, source, window: { from, to } }: Recording): string {
  return name === null
    ? exportFileName(source, { from, to: to ?? from }, '.ndjson.gz')
    : chosenFileName(name, '.ndjson.gz')
}

/**
 * The capture. Its header is written when the file is made: only then its gaps and its end are known, and it stands in
 * front of the records in every case, also where the recorder was killed.
 */
export async function recordingFile(
  recording: Recording,
  chunks: readonly Uint8Array<ArrayBuffer>[],
): Promise<File> {
  ensure(chunks.length === recording.chunks ? true : undefined, 'all chunks of the recording are there')
  const header = await pack([new TextEncoder().encode(headerLine(recordingHeader(recording)))])
  return new File([header, ...chunks], recordingFileName(recording), { type: 'application/gzip' })
}
