/** Opens an incident bundle: its capture as a file, and the view that its sender had. */
import { readBundle } from '../../bundle/bundle-reader.ts'
import type { PoliciesOfBundle } from '../../bundle/policy-reader.ts'
import { VIEW_FILE } from '../../bundle/bundle-files.ts'
import type { StoreClient } from '../client/store-client.ts'
import { intakeOf, type PolicyIntake } from '../policies/policy-intake.ts'
import { policiesOf, type PolicyDocument } from '../policies/use-policies.ts'
import { parseView, type View } from '../view/view.ts'
import type { CaptureOfBundle } from './capture-opening.ts'

const NO_POLICIES: PoliciesOfBundle = { documents: [], problems: [] }

/** The first bytes of the first file in a zip. */
const ZIP_SIGNATURE = 'PK\u0003\u0004'

/**
 * The bundle in a file; a sentence where its capture cannot be had, and null where the file is no bundle. Rejects with
 * the signal's reason. A file that cannot be read is none: whoever reads it next says so. Without an intake its policies are
 * not looked at.
 */
export async function openBundle(
  file: File,
  signal: AbortSignal,
  intake: Pick<PolicyIntake, 'replace'> | null = null,
): Promise<CaptureOfBundle | string | null> {
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
  const policies = intake === null ? NO_POLICIES : await reading.policies()
  const { documents } = policies
  return {
    file: new File([capture], file.name, { lastModified: file.lastModified }),
    view: parsed === null ? {} : restored(parsed.view),
    notes: sent.notes,
    columns: sent.columns,
    problems: [
      ...sent.problems,
      ...problems.map((problem) => `${VIEW_FILE}: view: ${problem}`),
      ...policies.problems,
    ],
    ...(intake === null || documents.length === 0
      ? {}
      : { policies: documents.length, onOpened: loadOnce(documents, intake) }),
  }
}

/** Loads the documents, and lets go of them: an opened source is kept for the back button, and they may be large. */
function loadOnce(documents: readonly PolicyDocument[], intake: Pick<PolicyIntake, 'replace'>): () => void {
  let pending: readonly PolicyDocument[] | null = documents
  return () => {
    if (pending !== null) void intake.replace(pending)
    pending = null
  }
}

/** As {@link openBundle}, with its policies loaded in the page of a client once it is opened. */
export function openBundleOf(
  client: StoreClient,
  file: File,
  signal: AbortSignal,
): Promise<CaptureOfBundle | string | null> {
  return openBundle(file, signal, intakeOf(policiesOf(client)))
}

/** Without the parts that are about a source: a bundle is about its own capture. */
function restored({ screen, filter, highlight, shape, time, sort, bars, show, open }: View): Partial<View> {
  return { screen, filter, highlight, shape, time, sort, bars, show, open }
}
