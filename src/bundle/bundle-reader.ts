/**
 * Finds the capture and the view in the zip of a bundle, also in one that was unpacked and packed again, perhaps with its
 * folder. Nothing is written to a disk and no path of an entry is followed, so names are only compared.
 */
import { BlobReader, type Entry, type FileEntry, ZipReader } from '@zip.js/zip.js/lib/zip-core-custom.js'

import { formatBytes } from '../lib/format.ts'
import { CAPTURE_FILE, MAX_VIEW_FILE_BYTES, VIEW_FILE } from './bundle-files.ts'
import { type PoliciesOfBundle, readPolicies } from './policy-reader.ts'
import { unpackEntry, unpackFault } from './unpack-entry.ts'
import { noView, type ParsedViewFile, parseViewFile } from './view-file.ts'

export type BundleReading =
  | {
      readonly ok: true
      readonly capture: Blob
      readonly view: ParsedViewFile
      /** Reads the policies in it. Rejects with the signal's reason alone. */
      readonly policies: () => Promise<PoliciesOfBundle>
    }
  /** A bundle whose capture cannot be had, with a sentence for the reader. */
  | { readonly ok: false; readonly say: string }

/** A bundle has a handful and its policies, which come last. Further entries are not looked at. */
const MAX_ENTRIES = 11_000

/** Of a capture that somebody packed again. As written it is stored as it is, and not copied. */
const MAX_UNPACKED_BYTES = 1024 ** 3
/** A gzip file shrinks by nothing, and its text by 30: what shrinks by more is made to fill the memory. */
const MAX_RATIO = 200

const STORED = 0
const LOCAL_HEADER_BYTES = 30
const LOCAL_HEADER_SIGNATURE = 0x04_03_4b_50

/** Whether a file begins as a zip with an entry does. */
async function isZip(file: Blob): Promise<boolean> {
  if (file.size < LOCAL_HEADER_BYTES) return false
  return new DataView(await file.slice(0, 4).arrayBuffer()).getUint32(0, true) === LOCAL_HEADER_SIGNATURE
}

/**
 * The bundle in a file. Null for every other file, a zip of something else or a damaged one among them. Rejects with the
 * signal's reason, and with the browser's DOMException for a file that cannot be read.
 */
export async function readBundle(file: Blob, signal: AbortSignal): Promise<BundleReading | null> {
  if (!(await isZip(file))) return null
  signal.throwIfAborted()
  const entries = await entriesOf(file, signal)
  const views = entries.filter(({ filename }) => nameOf(filename) === VIEW_FILE)
  const [first] = views
  if (first === undefined) return null
  // A packed folder has its name in front of each; of several the first one counts.
  const folder = first.filename.slice(0, -VIEW_FILE.length)
  const captures = entries.filter(({ filename }) => filename === folder + CAPTURE_FILE)
  const view = await viewOf(
    views.filter(({ filename }) => filename === first.filename),
    signal,
  )
  const [entry] = captures
  if (entry === undefined) {
    return view.isOurs ? refusal(`The bundle has no ${CAPTURE_FILE}, so there are no records in it.`) : null
  }
  if (captures.length > 1) return refusal(`The bundle has ${captures.length} files called ${CAPTURE_FILE}.`)
  const capture = await captureOf(file, entry, signal)
  if (typeof capture === 'string') return refusal(capture)
  return { ok: true, capture, view, policies: () => readPolicies(entries, folder, signal) }
}

function refusal(say: string): BundleReading {
  return { ok: false, say }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The files in a zip, at most {@link MAX_ENTRIES}; none where its directory cannot be read. */
async function entriesOf(file: Blob, signal: AbortSignal): Promise<readonly FileEntry[]> {
  const entries: FileEntry[] = []
  try {
    // One path that leads out of the zip is no reason to refuse the others: paths are compared, and never followed.
    const reader = new ZipReader(new BlobReader(file), {
      useWebWorkers: false,
      filenameValidation: 'tolerant',
    })
    let left = MAX_ENTRIES
    for await (const entry of reader.getEntriesGenerator()) {
      signal.throwIfAborted()
      if (isFile(entry)) entries.push(entry)
      if (--left === 0) break
    }
  } catch (error) {
    signal.throwIfAborted()
    // Of the library these are errors of the format; a file that has gone is for whoever reads it next.
    if (error instanceof DOMException) throw error
    return []
  }
  return entries
}

function isFile(entry: Entry): entry is FileEntry {
  return !entry.directory
}

async function viewOf(entries: readonly FileEntry[], signal: AbortSignal): Promise<ParsedViewFile> {
  const [entry] = entries
  if (entry === undefined) return noView('is missing')
  if (entries.length > 1) return noView(`the bundle has ${entries.length} files of this name`)
  if (entry.encrypted) return noView('is encrypted')
  if (entry.uncompressedSize > MAX_VIEW_FILE_BYTES) {
    return noView(
      `has ${formatBytes(entry.uncompressedSize)}; at most ${formatBytes(MAX_VIEW_FILE_BYTES)} are read`,
    )
  }
  try {
    const unpacked = await unpackEntry(entry, { checkSignature: true, signal })
    return parseViewFile(await unpacked.text())
  } catch (error) {
    signal.throwIfAborted()
    return noView(`cannot be unpacked (${unpackFault(error)})`)
  }
}

/** The bytes of the capture, or a sentence that says why there are none. */
async function captureOf(file: Blob, entry: FileEntry, signal: AbortSignal): Promise<Blob | string> {
  if (entry.encrypted) return `${CAPTURE_FILE} in the bundle is encrypted. Unpack it with its password first.`
  if (entry.compressionMethod === STORED) return storedBytes(file, entry)
  const { compressedSize, uncompressedSize } = entry
  const most = Math.min(MAX_UNPACKED_BYTES, compressedSize * MAX_RATIO)
  const tooLarge = `${CAPTURE_FILE} in the bundle unpacks to more than ${formatBytes(most)}. Unpack it yourself, and open it.`
  if (uncompressedSize > most) return tooLarge
  try {
    return await unpackEntry(entry, { signal })
  } catch (error) {
    signal.throwIfAborted()
    return `${CAPTURE_FILE} in the bundle cannot be unpacked (${unpackFault(error)}).`
  }
}

/**
 * The bytes of an entry that is stored as it is: a part of the file, of which nothing is copied. They are not held to
 * the zip's checksum: a capture is gzip with one of its own, and the reader of captures keeps what a damaged one has.
 */
async function storedBytes(file: Blob, { offset, compressedSize }: FileEntry): Promise<Blob | string> {
  const wrong = `The zip is damaged: its directory is wrong about ${CAPTURE_FILE}.`
  const head = await file.slice(offset, offset + LOCAL_HEADER_BYTES).arrayBuffer()
  if (head.byteLength < LOCAL_HEADER_BYTES) return wrong
  const fields = new DataView(head)
  if (fields.getUint32(0, true) !== LOCAL_HEADER_SIGNATURE) return wrong
  const start = offset + LOCAL_HEADER_BYTES + fields.getUint16(26, true) + fields.getUint16(28, true)
  return start + compressedSize > file.size ? wrong : file.slice(start, start + compressedSize)
}
