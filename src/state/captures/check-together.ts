/** Checks files that are to be opened together. */
import { MAX_MERGED_CAPTURES } from '../../capture/merge-limit.ts'
import { formatPlural } from '../../lib/format.ts'
import { idOfTogether } from '../../source/capture-hash.ts'
import type { CaptureId } from '../../source/capture-id.ts'
import type { OpenedBundle } from '../client/flowtrace.ts'
import {
  type CaptureOfBundle,
  type CheckedFile,
  type OpeningHost,
  refusalOf,
  type RefusedFile,
} from './capture-opening.ts'

/** A capture of several that are opened together. */
interface Found {
  readonly file: File
  readonly id: CaptureId
  /** As the reader chose it: the bundle that the capture was taken out of, or the file itself. */
  readonly chosen: File
  readonly bundle: CaptureOfBundle | null
}

/**
 * The files that are captures, with the identity of all of them together, and those that are none; the latter alone where
 * no file is a capture; a refusal of all for too many files. Of bundles among them the captures are opened, and the notes
 * kept. Rejects with what the checks reject with, and the signal's reason.
 */
export async function checkTogether(
  files: readonly File[],
  host: Pick<OpeningHost, 'check' | 'openBundle'>,
  signal: AbortSignal,
): Promise<CheckedFile | RefusedFile | { readonly leftOut: readonly RefusedFile[] }> {
  if (files.length > MAX_MERGED_CAPTURES) {
    const say = `At most ${MAX_MERGED_CAPTURES} files are opened together.`
    return { name: `${files.length} files`, check: refusalOf(say) }
  }
  const captures: Found[] = []
  const leftOut: RefusedFile[] = []
  for (const file of files) {
    // The worker checks one file at a time.
    // oxlint-disable-next-line no-await-in-loop
    const checked = await checkOne(file, host, signal)
    signal.throwIfAborted()
    if ('check' in checked) leftOut.push(checked)
    else captures.push(checked)
  }
  const [first, ...others] = captures
  if (first === undefined) return { leftOut }
  const bundle = others.length === 0 ? first.bundle : notesOf(captures)
  return {
    file: first.file,
    others: others.map(({ file }) => file),
    chosen: captures.map(({ chosen }) => chosen),
    id: idOfTogether(
      first.id,
      others.map(({ id }) => id),
    ),
    leftOut,
    ...(bundle === null ? {} : { bundle }),
  }
}

async function checkOne(
  file: File,
  { check, openBundle }: Pick<OpeningHost, 'check' | 'openBundle'>,
  signal: AbortSignal,
): Promise<Found | RefusedFile> {
  const bundle = await openBundle(file, signal)
  if (typeof bundle === 'string') return { name: file.name, check: refusalOf(bundle) }
  const capture = bundle?.file ?? file
  const checked = await check(capture, signal)
  if (!checked.ok) return { name: file.name, check: checked }
  return { file: capture, id: checked.id, chosen: file, bundle }
}

/**
 * The notes of all bundles, each under the name of its file; null where there is nothing to say. Their views, columns and
 * policies are left out: they are about one capture of several.
 */
function notesOf(captures: readonly Found[]): OpenedBundle | null {
  const notes = captures.flatMap(({ chosen, bundle }) => {
    const text = bundle?.notes.trim() ?? ''
    return text === '' ? [] : [`${chosen.name}: ${text}`]
  })
  const problems = captures.flatMap(({ chosen, bundle }) => {
    const files = formatPlural(bundle?.policies ?? 0, 'file')
    return bundle?.policies === undefined
      ? []
      : [`${chosen.name}: its ${files} of policies, because it is opened together with others`]
  })
  if (notes.length === 0 && problems.length === 0) return null
  return { notes: notes.join('\n\n'), columns: null, problems }
}
