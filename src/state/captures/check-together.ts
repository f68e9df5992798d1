/** Checks files that are to be opened together. */
import { MAX_MERGED_CAPTURES } from '../../capture/merge-limit.ts'
import type { CaptureCheck } from '../../source/capture-check.ts'
import { idOfTogether } from '../../source/capture-hash.ts'
import type { CaptureId } from '../../source/capture-id.ts'
import type { CheckedFile, RefusedFile } from './capture-opening.ts'

/**
 * The files with the identity of all of them together, if each is a capture; or the first one that is none: what is
 * missing would not be seen among the rows of the others. Rejects with what `check` rejects with, and the signal's reason.
 */
export async function checkTogether(
  files: readonly File[],
  check: (file: File) => Promise<CaptureCheck>,
  signal: AbortSignal,
): Promise<CheckedFile | RefusedFile> {
  if (files.length > MAX_MERGED_CAPTURES) {
    const say = `At most ${MAX_MERGED_CAPTURES} files are opened together.`
    return { name: `${files.length} files`, check: { ok: false, say, reasons: [], refused: 0 } }
  }
  const ids: CaptureId[] = []
  for (const file of files) {
    signal.throwIfAborted()
    // The worker checks one file at a time.
    // oxlint-disable-next-line no-await-in-loop
    const checked = await check(file)
    if (!checked.ok) return { name: file.name, check: checked }
    ids.push(checked.id)
  }
  const [file, ...others] = files
  const [id, ...otherIds] = ids
  if (file === undefined || id === undefined) throw new RangeError('no files to check')
  return { file, others, id: idOfTogether(id, otherIds), handle: null }
}
