/** The forms in which the program writes what a filter shows: names and endings of files, and what a line of each is. */
import { ensure } from '../lib/assert.ts'

/** Those that the worker writes from the records. */
export type FileFormat = 'capture' | 'csv' | 'json-lines' | 'parquet' | 'markdown' | 'bundle'
/** Those that the page draws. */
export type PictureFormat = 'svg' | 'png'
export type ExportFormat = FileFormat | PictureFormat

export interface FormatEntry {
  readonly id: ExportFormat
  readonly title: string
  /** The end of the file's name, with its dot. */
  readonly extension: string
  /** The media type of the file. */
  readonly mediaType: string
  /** One line for the screen. */
  readonly help: string
  /** Whether it has the rows of the table, in its order and columns, the records that these rows sum, or a picture. */
  readonly unit: 'rows' | 'records' | 'picture'
}

/** In the order of the screen. */
export const EXPORT_FORMATS: readonly FormatEntry[] = [
  {
    id: 'capture',
    title: 'Capture',
    extension: '.ndjson.gz',
    mediaType: 'application/gzip',
    help: 'opens in Flowtrace again',
    unit: 'records',
  },
  {
    id: 'csv',
    title: 'CSV',
    extension: '.csv',
    mediaType: 'text/csv; charset=utf-8; header=present',
    help: 'one line for each row of the table',
    unit: 'rows',
  },
  {
    id: 'json-lines',
    title: 'JSON lines',
    extension: '.ndjson',
    mediaType: 'application/x-ndjson',
    help: 'Goldmane’s own field names',
    unit: 'records',
  },
  {
    id: 'parquet',
    title: 'Parquet',
    extension: '.parquet',
    mediaType: 'application/vnd.apache.parquet',
    help: 'columns for SQL; opens here, too',
    unit: 'records',
  },
  {
    id: 'markdown',
    title: 'Markdown',
    extension: '.md',
    mediaType: 'text/markdown; charset=utf-8',
    help: 'headline and table, for a ticket',
    unit: 'rows',
  },
  {
    id: 'bundle',
    title: 'Incident bundle',
    extension: '.zip',
    mediaType: 'application/zip',
    help: 'capture, answer, notes and view',
    unit: 'records',
  },
  {
    id: 'svg',
    title: 'Timeline picture',
    extension: '.svg',
    mediaType: 'image/svg+xml',
    help: 'the bars, sharp at any size',
    unit: 'picture',
  },
  {
    id: 'png',
    title: 'Timeline picture',
    extension: '.png',
    mediaType: 'image/png',
    help: 'the bars, for a chat or a ticket',
    unit: 'picture',
  },
]

/** Whether the page draws the format. */
export function isPicture(format: ExportFormat): format is PictureFormat {
  return formatOf(format).unit === 'picture'
}

/** The entry of a format. */
export function formatOf(id: ExportFormat): FormatEntry {
  return ensure(
    EXPORT_FORMATS.find((entry) => entry.id === id),
    'each format has an entry',
  )
}
