/** The files of an incident bundle, in their order in the zip, and what of them a reader takes. */

export const README_FILE = 'README.md'
export const VIEW_FILE = 'view.json'
export const CAPTURE_FILE = 'capture.ndjson.gz'
export const ROWS_FILE = 'rows.csv'
/** Only where policies are in it, as the folder. */
export const POLICY_LIST_FILE = 'policies.json'
export const POLICY_FOLDER = 'policies/'

/** A file of a bundle beside those that every bundle has, such as a picture. */
export interface ExtraFile {
  readonly name: string
  /** What it is, for the list of files in README.md: one line without a full stop. */
  readonly about: string
  readonly content: Blob
}

/** UTF-16 code units of the notes. */
export const MAX_NOTES_LENGTH = 20_000

/** Bytes of view.json: notes of the greatest length, each character escaped, and a long query. */
export const MAX_VIEW_FILE_BYTES = 1024 * 1024

/** Below the 10,000 files of a zip in which the terminal looks for captures. */
export const MAX_POLICY_FILES = 9900

/** Bytes of policies.json: so many names of the greatest length, each character escaped. */
export const MAX_POLICY_LIST_BYTES = 64 * 1024 * 1024
