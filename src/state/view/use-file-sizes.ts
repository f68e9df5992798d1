/** About how large a file of each format would be. */
import { useEffect, useEffectEvent, useMemo, useState } from 'react'

import { EXPORT_FORMATS, type ExportFormat, type FileFormat, isPicture } from '../../export/export-format.ts'
import type { ExportColumnId } from '../../export/row-columns.ts'
import type { ExportedView, ExportSizes } from '../../store/protocol.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import { useLink } from './link.ts'
import { type DrawnTimeline, pictureFile } from './timeline-picture.ts'

/** After so long without a change of the view or the columns a sample is written. */
const DELAY_MS = 150

/** The bytes of so many records or rows. */
interface Estimate {
  /** What was asked, to tell whether it still is. */
  readonly inputs: object
  readonly bytes: number
  readonly items: number
}

/** What a size depends on: the view, how much of it there is, the columns of a table, the picture. */
export interface SizedExport {
  readonly view: ExportedView | null
  readonly sizes: ExportSizes | undefined
  readonly columns: readonly ExportColumnId[]
  readonly picture: DrawnTimeline | null
  /** Whether a file is being written. Sizes wait for it: they have no use then, and would share the worker with it. */
  readonly isWriting: boolean
}

/**
 * The bytes by format; a format is missing until its size is estimated. While records arrive a size grows with their
 * number, and is not estimated anew.
 */
export function useFileSizes({
  view,
  sizes,
  columns,
  picture,
  isWriting,
}: SizedExport): Partial<Record<ExportFormat, number>> {
  const estimates = useEstimates(view, columns, isWriting)
  const png = usePngSize(picture)
  const bytesOf = (format: FileFormat, unit: 'rows' | 'records'): number | undefined => {
    const estimate = estimates[format]
    // Markdown has the first rows alone, however many there are.
    if (estimate === undefined || format === 'markdown' || estimate.items === 0) return estimate?.bytes
    return Math.round((estimate.bytes * (sizes?.[unit] ?? estimate.items)) / estimate.items)
  }
  return Object.fromEntries(
    EXPORT_FORMATS.flatMap(({ id, unit }) => {
      const bytes =
        id === 'png'
          ? png
          : id === 'svg'
            ? picture?.svg.length
            : unit === 'picture'
              ? null
              : bytesOf(id, unit)
      return bytes === undefined || bytes === null ? [] : [[id, bytes]]
    }),
  )
}

/** The estimates of the worker, one after the other; they are cancelled when the view changes, a file is written or the component goes. */
function useEstimates(
  view: ExportedView | null,
  columns: readonly ExportColumnId[],
  isWriting: boolean,
): Partial<Record<FileFormat, Estimate>> {
  const { client, source } = useFlowtrace()
  const { link } = useLink()
  const [estimates, setEstimates] = useState<Partial<Record<FileFormat, Estimate>>>({})
  const columnList = columns.join()
  // What an estimate depends on; a link differs in nothing else than the view.
  const inputs = useMemo(() => ({ client, source, view, columnList }), [client, source, view, columnList])
  const estimateAll = useEffectEvent(async (signal: AbortSignal): Promise<void> => {
    if (view === null) return
    const request = { view, columns, source: source.name, link: link(), onlySize: true }
    for (const { id } of EXPORT_FORMATS) {
      if (isPicture(id) || estimates[id]?.inputs === inputs) continue
      const { bytes, total } = await client.exports.start({ ...request, format: id }, signal, () => {})
      setEstimates((others) => ({ ...others, [id]: { inputs, bytes, items: total } }))
    }
  })
  useEffect(() => {
    const abort = new AbortController()
    // A size that cannot be estimated is not shown; the export itself says why it fails.
    const start = () => void estimateAll(abort.signal).catch(() => {})
    const timer = isWriting ? undefined : setTimeout(start, DELAY_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- read by the effect event
  }, [inputs, isWriting])
  return estimates
}

/** The bytes of the picture as PNG, of the first one that is drawn: a few bars more change them little. */
function usePngSize(picture: DrawnTimeline | null): number | null {
  const [size, setSize] = useState<number | null>(null)
  const isDrawn = picture !== null
  const measure = useEffectEvent(() => {
    if (picture === null) return
    pictureFile('png', picture).then(
      ({ size: bytes }) => setSize(bytes),
      // Said when it is saved.
      () => {},
    )
  })
  useEffect(() => {
    if (isDrawn) measure()
  }, [isDrawn])
  return isDrawn ? size : null
}
