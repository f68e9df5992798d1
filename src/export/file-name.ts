/** Names of exported files: what they are of, and the time that they cover. */
import { isoTime } from '../lib/format.ts'

/** Of the source's name so many characters are kept: with the times a name stays below the 255 bytes of file systems. */
const MAX_SOURCE_LENGTH = 60

/** The endings of captures, which an export of a capture does not repeat in the middle of its name. */
const CAPTURE_ENDING = /(\.(ndjson|jsonl|json|log|txt|har|csv|gz|zst|zip|parquet))+$/i

/** Of a name of ours, as an open capture has it: the prefix, and the times, which a browser may have numbered. */
const OWN_PREFIX = /^flowtrace(-|$)/
const OWN_TIMES = /((^|-)\d{8}T\d{6}Z){1,2}( ?\(\d+\))?$/

/** The name of several captures that are open together is that of the first one with the number of the others. */
const OTHERS = / and \d+ more$/

/** The letters, digits, `.`, `_` and `-` of a name; what lies between them becomes one `-`. */
function safePart(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, MAX_SOURCE_LENGTH)
    .replaceAll(/^[-.]+|[-.]+$/g, '')
}

/** `20261127T214500Z`: ISO 8601 without the characters that Windows refuses in a name. */
function timePart(seconds: number): string {
  return (isoTime(seconds) ?? '').replaceAll(/[-:]/g, '').replace(/\.\d+/, '')
}

/**
 * The file's name: `flowtrace-lab-1-20261127T214500Z-20261127T224500Z.csv`, without times where `span` (Unix seconds) is
 * null. It has no character that a file system, a shell or a link would take for more than a character.
 */
export function exportFileName(
  source: string,
  span: { readonly from: number; readonly to: number } | null,
  extension: string,
): string {
  const [others = ''] = OTHERS.exec(source) ?? []
  const first = source.replace(OTHERS, '').replace(CAPTURE_ENDING, '')
  const what = safePart(first.replace(OWN_TIMES, '').replace(OWN_PREFIX, '') + others)
  const times = span === null ? [] : [timePart(span.from), timePart(span.to)]
  return `${['flowtrace', what, ...times].filter(Boolean).join('-')}${extension}`
}

/** The name of a file that the reader has named. */
export function chosenFileName(name: string, extension: string): string {
  return `${safePart(name.replace(CAPTURE_ENDING, '')) || 'flowtrace'}${extension}`
}
