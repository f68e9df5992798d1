/** Checks files that are to be opened together. */
import { MAX_MERGED_CAPTURES } from '../../capture/merge-limit.ts'
import type { CaptureCheck } from '../../source/capture-check.ts'
import { idOfTogether } from '../../source/capture-hash.ts'
import type { CaptureId } from '../../source/capture-id.ts'
import type { CheckedFile, RefusedFile } from './capture-opening.ts'

/**
 * The files that are captures, with the identity of all of them together, and those that are none; the latter alone where
 * no file is a capture; a refusal of all for too many files. Rejects with what `check` rejects with, and the signal's reason.
 */
export async function checkTogether(
  files: readonly File[],
  check: (file: File) => Promise<CaptureCheck>,
  signal: AbortSignal,
): Promise<CheckedFile | RefusedFile | { readonly leftOut: readonly RefusedFile[] }> {
  if (files.length > MAX_MERGED_CAPTURES) {
    const say = `At most ${MAX_MERGED_CAPTURES} files are opened together.`
    return { name: `${files.length} files`, check: { ok: false, say, reasons: [], refused: 0 } }
  }
  const captures: { readonly file: File; readonly id: CaptureId }[] = []
  const leftOut: RefusedFile[] = []
  for (const file of files) {
    signal.throwIfAborted()
    // The worker checks one file at a time.
    // oxlint-disable-next-line no-await-in-loop
    const checked = await check(file)
    if (checked.ok) captures.push({ file, id: checked.id })
    else leftOut.push({ name: file.name, check: checked })
  }
  const [first, ...others] = captures
  if (first === undefined) return { leftOut }
  return {
    file: first.file,
    others: others.map(({ file }) => file),
    id: idOfTogether(
      first.id,
      others.map(({ id }) => id),
    ),
    leftOut,
  }
}
