/** Exports what the view shows into a file, which the browser then saves. */
import { useEffect, useMemo, useRef, useState } from 'react'

import { exportFileName } from '../../export/file-name.ts'
import { type ExportFormat, formatOf, isPicture, type PictureFormat } from '../../export/export-format.ts'
import type { ExportColumnId } from '../../export/row-columns.ts'
import type { RowShape } from '../../flows/row-shape.ts'
import { ensure } from '../../lib/assert.ts'
import type { Redaction } from '../../redact/redactor.ts'
import { type Trouble, toTrouble } from '../../source/trouble.ts'
import type {
  BundleRequest,
  ExportedFile,
  ExportedView,
  ExportProgress,
  ExportSizes,
} from '../../store/protocol.ts'
import { useFlowtrace, useSnapshot } from '../client/flowtrace.ts'
import { exportSizesOf } from '../client/questions.ts'
import { useAnswer } from '../client/use-answer.ts'
import { useLink } from './link.ts'
import { useView } from './navigation.ts'
import { offerDownload } from './offer-download.ts'
import { useBundleRequest } from './use-bundle-request.ts'
import { type DrawnTimeline, pictureFile } from './timeline-picture.ts'

/** What the numbers of a file count: rows of that shape, or records. Kept with the file, as the next choice may be another. */
export type CountedIn = RowShape | 'records'

export type FileExport =
  | { readonly step: 'idle' }
  | { readonly step: 'writing'; readonly counted: CountedIn; readonly progress: ExportProgress }
  | {
      readonly step: 'saved'
      readonly counted: CountedIn
      readonly file: ExportedFile
      readonly name: string
    }
  | { readonly step: 'failed'; readonly trouble: Trouble }

/** What is asked of an export besides the view. */
export interface WantedFile {
  readonly format: ExportFormat
  /** Of the formats that have rows. */
  readonly columns: readonly ExportColumnId[]
  /** Of the formats that are pictures. */
  readonly picture: DrawnTimeline | null
  /** Null where names stay. */
  readonly redaction: Redaction | null
  /** Of a bundle: the policies that go with it. */
  readonly policies: NonNullable<BundleRequest['policies']>
}

/** The view of the screen, as an export takes it. */
export function useExportedView(): ExportedView | null {
  const { client } = useFlowtrace()
  const [{ filter, shape, time }] = useView()
  const paused = useSnapshot((snapshot) => snapshot.paused)
  return useMemo(() => {
    const { view } = client.exports
    return view === null ? null : { ...view, filter, shape, time, frozen: paused ? view.frozen : null }
  }, [client, filter, shape, time, paused])
}

/** How many rows a view shows, and how many records they sum; undefined until that is counted. */
export function useExportSizes(view: ExportedView | null): ExportSizes | undefined {
  return useAnswer(useMemo(() => (view === null ? null : exportSizesOf(view)), [view]))
}

/**
 * The state of the newest export, and what starts and cancels it. `save` puts the file away under its name. An export is
 * cancelled when the component goes.
 */
export function useFileExport(save: (blob: Blob, name: string) => void): {
  readonly state: FileExport
  readonly start: (wanted: WantedFile) => Promise<void>
  readonly cancel: () => void
} {
  const { client, source } = useFlowtrace()
  const { link } = useLink()
  const bundle = useBundleRequest()
  const [state, setState] = useState<FileExport>({ step: 'idle' })
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  const start = async ({ format, columns, picture, redaction, policies }: WantedFile): Promise<void> => {
    const { view } = client.exports
    if (view === null || (isPicture(format) && picture === null)) return
    running.current?.abort()
    const abort = (running.current = new AbortController())
    const counted = formatOf(format).unit === 'rows' ? view.shape : 'records'
    const onProgress = (progress: ExportProgress) => setState({ step: 'writing', counted, progress })
    onProgress({ written: 0, total: 0, bytes: 0 })
    // The name of a file leaves with it.
    const named = redaction === null ? source.name : ''
    const { extension, mediaType } = formatOf(format)
    const nameOf = (span: ExportedFile['span']) => exportFileName(named, span, extension)
    const download = isPicture(format) || format === 'bundle' ? null : offerDownload(nameOf, mediaType)
    try {
      const request = { view, columns, source: source.name, link: link(), redaction }
      const inBundle = format === 'bundle' ? { bundle: { ...bundle(redaction), policies } } : {}
      const into = download === null ? {} : { download: download.port }
      const file = isPicture(format)
        ? await drawnFile(format, picture)
        : await client.exports.start({ ...request, ...inBundle, ...into, format }, abort.signal, onProgress)
      abort.signal.throwIfAborted()
      const name = nameOf(file.span)
      if (file.isSaved !== true) save(file.blob, name)
      setState({ step: 'saved', counted, file, name })
    } catch (error) {
      if (!abort.signal.aborted) setState({ step: 'failed', trouble: toTrouble(error) })
    } finally {
      download?.close()
    }
  }
  const cancel = () => {
    running.current?.abort()
    setState({ step: 'idle' })
  }
  return { state, start, cancel }
}

async function drawnFile(format: PictureFormat, picture: DrawnTimeline | null): Promise<ExportedFile> {
  const drawn = ensure(picture, 'a picture that is saved was drawn')
  const blob = await pictureFile(format, drawn)
  return { written: 0, total: 0, bytes: blob.size, blob, span: drawn.span }
}
