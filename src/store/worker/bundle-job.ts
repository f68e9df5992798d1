/**
 * Writes an incident bundle: the exports that it holds, what the answer to the open row says, and README.md, in one zip.
 * A lazy chunk of its own: of all exports this one alone needs a writer of zips.
 */
import { CAPTURE_FILE, type ExtraFile, README_FILE, ROWS_FILE, VIEW_FILE } from '../../bundle/bundle-files.ts'
import { type BundleAnswer, bundleReadme } from '../../bundle/bundle-readme.ts'
import { policyFiles } from '../../bundle/bundled-policies.ts'
import { writeViewFile } from '../../bundle/view-file.ts'
import { zipOf } from '../../bundle/zip-writer.ts'
import { formatOf } from '../../export/export-format.ts'
import { exportFileName } from '../../export/file-name.ts'
import { ALL_COLUMNS } from '../../export/row-columns.ts'
import { enteringFilter, MAX_ENTERING } from '../../filter/tree/entering-filter.ts'
import type { LabelledKey } from '../../flows/flow.ts'
import { ensure } from '../../lib/assert.ts'
import { VERSION } from '../../lib/version.ts'
import { bothEnds } from '../../trace/compare/both-ends.ts'
import { neededRules } from '../../trace/compare/needed-rules.ts'
import type { ExportedFile, ExportRequest, Row } from '../protocol.ts'
import { FlowView } from '../query/flow-view.ts'
import { estimateBytes } from './export-estimate.ts'
import type { ExportWatch } from './export-job.ts'
import { type ExportScene, type PartRequest, partsOf } from './export-parts.ts'
import type { ExportRedaction } from './export-redaction.ts'
import { openRowAfter } from './open-row-after.ts'

/** What writes the files of a bundle, all of them with one redaction. */
interface PartWriting {
  readonly redaction: ExportRedaction | null
  readonly writePart: (
    scene: ExportScene,
    request: PartRequest,
    watch: ExportWatch,
    redaction: ExportRedaction | null,
  ) => Promise<ExportedFile>
}

/** What stands in the bundle's texts. Whatever leaves beside the exports passes here. */
interface BundleTexts {
  readonly source: string
  /** The query string of the view. */
  readonly view: string
  readonly notes: string
  readonly answer: BundleAnswer | null
  readonly extras: readonly ExtraFile[]
}

/**
 * The bundle of a request. All parts are of the same records, those that were held at the beginning. Rejects with the
 * signal's reason when it is aborted.
 */
export async function writeBundle(
  scene: ExportScene,
  request: ExportRequest,
  watch: ExportWatch,
  { redaction, writePart }: PartWriting,
): Promise<ExportedFile> {
  if (request.onlySize === true) return sizeOfBundle(scene, request, redaction, watch.signal)
  const asked = ensure(request.bundle, 'a bundle is asked for with what it has of the screen')
  const { policies = [] } = asked
  const { appended } = scene.store.rows
  const frozen = scene.view.frozen ?? { appended, newest: null }
  const still = { ...scene, view: { ...scene.view, frozen } }
  const answer = asked.open === null ? null : answerTo(asked.open, still, redaction)
  const part = (
    change: Pick<PartRequest, 'format'> & Partial<PartRequest>,
    onProgress: ExportWatch['onProgress'] = () => {},
  ) => writePart(still, { ...request, ...change }, { ...watch, onProgress }, redaction)
  // A link to a capture is of no use without the capture, which is here.
  const link = scene.store.live ? request.link : null
  const table = await part({ format: 'markdown', link })
  const rows = await part({ format: 'csv', columns: ALL_COLUMNS })
  // Last, because it alone reports how far it is, in records.
  const capture = await part({ format: 'capture' }, watch.onProgress)
  const { span, total } = capture
  const tool = `flowtrace ${VERSION}`
  const texts: BundleTexts = {
    source: redaction?.source(request.source) ?? request.source,
    view: redaction === null ? asked.view : withOpenRow(asked.view, answer?.open ?? null),
    // Last: of a text the names are known that the records had.
    notes: redaction?.text(asked.notes) ?? asked.notes,
    answer,
    // Their names stand in selectors, comments and fields of every kind, so they leave as they are or not at all.
    extras: redaction === null ? policyFiles(policies) : [],
  }
  const readme = bundleReadme({
    ...texts,
    tool,
    span,
    records: total,
    captureBytes: capture.blob.size,
    policiesLeftOut: redaction === null ? 0 : policies.length,
    table: await table.blob.text(),
    fileName: exportFileName(redaction === null ? texts.source : '', span, formatOf('bundle').extension),
  })
  const files = [
    { name: README_FILE, content: new Blob([readme]) },
    { name: VIEW_FILE, content: new Blob([writeViewFile({ ...texts, tool, columns: asked.columns })]) },
    { name: CAPTURE_FILE, content: capture.blob },
    { name: ROWS_FILE, content: rows.blob },
    ...texts.extras,
  ]
  const blob = await zipOf(files, span?.to ?? 0, watch.signal)
  return { written: total, total, bytes: blob.size, blob, span, redacted: redaction?.result() ?? null }
}

/** The query string of a view with an open row. */
function withOpenRow(view: string, open: string | null): string {
  const params = new URLSearchParams(view)
  if (open !== null) params.set('open', open)
  return `?${params}`
}

/** Bytes of README.md and view.json besides the table, packed: they are of about one length, whatever the view is. */
const TEXTS_BYTES = 2000

/** How many bytes a bundle will have, from samples of what it holds. */
async function sizeOfBundle(
  scene: ExportScene,
  request: ExportRequest,
  redaction: ExportRedaction | null,
  signal: AbortSignal,
): Promise<ExportedFile> {
  const parts = (['capture', 'csv', 'markdown'] as const).map((format) =>
    partsOf(scene, { ...request, format, columns: ALL_COLUMNS }, redaction),
  )
  const sizes = await Promise.all(parts.map((part) => estimateBytes(part, true, signal)))
  const bytes = sizes.reduce((sum, size) => sum + size, TEXTS_BYTES)
  return { written: 0, total: parts[0]?.total ?? 0, bytes, blob: new Blob(), span: parts[0]?.span ?? null }
}

/** What the page says of the open row, from all that is held; null where no record of it is. */
function answerTo(
  open: string,
  { store, view, now }: ExportScene,
  redaction: ExportRedaction | null,
): (BundleAnswer & { readonly open: string | null }) | null {
  const reader = new FlowView(store)
  const { selected } = reader.view({ ...view, selected: open }, now)
  if (selected === null) return null
  const { index } = selected
  // Redacted before anything is said of them, so that no sentence has a name.
  const redacted = <Subject extends LabelledKey>(subject: Subject) => redaction?.labelled(subject) ?? subject
  const row = redacted(selected.row)
  const ends = bothEnds(row, reader.conversation(selected.row.id, now).map(redacted))
  const others = entering(selected.row, reader, view, now).map(redacted)
  const remedy = neededRules(row, ends, others).statements
  return { row, remedy, isInCapture: index >= 0, open: openRowAfter(open, selected.row, row) }
}

/** What shows whether policies govern a destination that the flow never reached. */
function entering(
  { key: { action, reporter, destName, destNamespace } }: Row,
  reader: FlowView,
  view: ExportScene['view'],
  now: number,
): readonly Row[] {
  if (action !== 'Deny' || reporter !== 'Src') return []
  const filter = enteringFilter(destName, destNamespace)
  const sort = { column: 'attention', descending: true } as const
  const request = { ...view, shape: 'signatures', filter, time: null, sort, limit: MAX_ENTERING } as const
  return reader.rows(request, now).rows
}
