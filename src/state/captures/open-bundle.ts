/** Opens an incident bundle: its capture as a file, and the view that its sender had. */
import { readBundle } from '../../bundle/bundle-reader.ts'
import { VIEW_FILE } from '../../bundle/bundle-files.ts'
import { parseView, type View } from '../view/view.ts'
import type { CaptureOfBundle } from './capture-opening.ts'

/** The first bytes of the first file in a zip. */
const ZIP_SIGNATURE = 'PK\u0003\u0004'

/**
 * The bundle in a file; a sentence where its capture cannot be had, and null where the file is no bundle. Rejects with
 * the signal's reason. A file that cannot be read is none: whoever reads it next says so.
 */
export async function openBundle(file: File, signal: AbortSignal): Promise<CaptureOfBundle | string | null> {
  // The library would search a megabyte at the end of any other file.
  if (
    (await file
      .slice(0, ZIP_SIGNATURE.length)
      .text()
      .catch(() => '')) !== ZIP_SIGNATURE
  )
    return null
  const reading = await readBundle(file, signal).catch(() => {
    signal.throwIfAborted()
    return null
  })
  if (reading === null) return null
  if (!reading.ok) return reading.say
  const { capture, view: sent } = reading
  // Without a view the reader's own filter stays, as with any other capture.
  const parsed = sent.view === null ? null : parseView(sent.view)
  const problems = parsed?.problems ?? []
  return {
    file: new File([capture], file.name, { lastModified: file.lastModified }),
    view: parsed === null ? {} : restored(parsed.view),
    notes: sent.notes,
    columns: sent.columns,
    problems: [...sent.problems, ...problems.map((problem) => `${VIEW_FILE}: view: ${problem}`)],
  }
}

/** Without the parts that are about a source: a bundle is about its own capture. */
function restored({ screen, filter, highlight, shape, time, sort, bars, show, open }: View): Partial<View> {
  return { screen, filter, highlight, shape, time, sort, bars, show, open }
}
