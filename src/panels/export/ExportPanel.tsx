import { useState } from 'react'

import { chosenExtras, rowColumns } from '../../flows/chosen-columns.ts'
import { rowsInWords, type RowShape } from '../../flows/row-shape.ts'
import { EXPORT_FORMATS, type ExportFormat, formatOf } from '../../export/export-format.ts'
import { ALL_COLUMNS, cellsOf, type ExportColumnId, shownCellOf } from '../../export/row-columns.ts'
import { formatPlural } from '../../lib/format.ts'
import { useIsPartial } from '../../state/client/source-status.ts'
import { usePreferences } from '../../state/remembered/preferences.ts'
import { useView } from '../../state/view/navigation.ts'
import { useExportedView, useExportSizes, useFileExport } from '../../state/view/use-file-export.ts'
import { useFileSizes } from '../../state/view/use-file-sizes.ts'
import { useTimelinePicture } from '../../state/view/timeline-picture.ts'
import { useRedaction } from './use-redaction.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { PanelHead } from '../../ui/PanelHead.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { BundlePolicies, useSentPolicies } from './BundlePolicies.tsx'
import { BundleNotes } from './BundleNotes.tsx'
import { ColumnsChoice, type ColumnsOf } from './ColumnsChoice.tsx'
import { ExportState } from './ExportState.tsx'
import { FormatChoice } from './FormatChoice.tsx'
import { RedactChoice } from './RedactChoice.tsx'

/** What the button calls a file, where that is not its title. */
const SAVE_NAMES: Partial<Record<ExportFormat, string>> = { capture: 'capture', bundle: 'bundle' }

/** The columns of the table, with the number of records where the rows count these. */
function useTableColumns(): readonly ExportColumnId[] {
  const preferences = usePreferences()
  const [{ show }] = useView()
  const columns = rowColumns(preferences, show, chosenExtras(preferences, show))
  return show === 'records' ? columns.map((id) => (id === 'conns' ? 'records' : id)) : columns
}

function titlesOf(format: ExportFormat, columns: readonly ExportColumnId[], shape: RowShape): string {
  const cells =
    format === 'csv'
      ? columns.flatMap((id) => cellsOf(id, shape))
      : columns.map((id) => shownCellOf(id, shape))
  return cells.map(({ title }) => title).join(', ')
}

function saveWords(format: ExportFormat): string {
  const { title, unit } = formatOf(format)
  if (unit === 'picture') return 'Save picture'
  return `Save ${SAVE_NAMES[format] ?? title}`
}

function PartialNote() {
  return useIsPartial() ? (
    <p className="border-t border-line px-4 py-3 text-xs text-muted">
      Flows are still being read. The file has those that are there when it is begun.
    </p>
  ) : null
}

/**
 * Writes what the filter shows into a file: which format, about how large, how far it is, what came of it. The list of
 * formats is followed by the parts of the one that is chosen; both scroll between the head and the foot.
 */
export function ExportPanel({ onClose, save = saveFile }: { onClose: () => void; save?: typeof saveFile }) {
  const [{ shape, filter, time }] = useView()
  const view = useExportedView()
  const sizes = useExportSizes(view)
  const [format, setFormat] = useState<ExportFormat>('capture')
  const [columnsOf, setColumnsOf] = useState<ColumnsOf>('table')
  const { state, start, cancel } = useFileExport(save)
  const redact = useRedaction()
  const sent = useSentPolicies()
  const tableColumns = useTableColumns()
  const columns = columnsOf === 'table' ? tableColumns : ALL_COLUMNS
  const picture = useTimelinePicture(redact.redaction)
  const isWriting = state.step === 'writing'
  const bytes = useFileSizes({ view, sizes, columns, picture, isWriting })
  const { unit } = formatOf(format)
  const isEmpty = unit === 'picture' ? picture === null : sizes !== undefined && sizes[unit] === 0
  const narrowed = filter.kind === 'all' && time === null ? '' : ', as filtered'
  return (
    <form
      aria-label="Export"
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isWriting && !isEmpty)
          void start({ format, columns, picture, redaction: redact.redaction, policies: sent.documents })
      }}
    >
      <PanelHead title="Export" onClose={onClose}>
        {sizes === undefined ? 'counting…' : `${formatPlural(sizes.records, 'record')}${narrowed}`}
      </PanelHead>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <FormatChoice
          formats={EXPORT_FORMATS}
          value={format}
          disabled={isWriting}
          bytes={bytes}
          rows={sizes === undefined ? '' : rowsInWords(sizes.rows, shape)}
          onChange={setFormat}
        />
        {unit === 'rows' ? (
          <ColumnsChoice
            value={columnsOf}
            disabled={isWriting}
            titles={titlesOf(format, columns, shape)}
            onChange={setColumnsOf}
          />
        ) : null}
        {format === 'bundle' ? (
          <>
            <BundleNotes disabled={isWriting} />
            <BundlePolicies {...sent} disabled={isWriting} isRedacted={redact.redaction !== null} />
          </>
        ) : null}
        <RedactChoice {...redact} disabled={isWriting} state={state} save={save} />
        <PartialNote />
      </div>
      <footer className="flex items-center gap-3 border-t border-line px-4 py-3 low:py-1.5">
        {/* Room for what comes of it, so that the button keeps its place. */}
        <div className="flex min-h-16 min-w-0 flex-1 flex-col justify-center text-xs low:min-h-12">
          <ExportState state={state} unit={unit} isEmpty={isEmpty} />
        </div>
        {isWriting ? <Button onClick={cancel}>Cancel</Button> : null}
        <Button type="submit" look="primary" aria-disabled={isWriting || isEmpty}>
          <Icon name="download" className="size-3.5" />
          {saveWords(format)}
        </Button>
      </footer>
    </form>
  )
}
