/** Exports what the view shows into a file, which the browser then saves. */
import { useEffect, useMemo, useRef, useState } from 'react'

import { exportFileName } from '../../export/file-name.ts'
import { type ExportFormat, formatOf } from '../../export/export-format.ts'
import type { ExportColumnId } from '../../export/row-columns.ts'
import { type Trouble, toTrouble } from '../../source/trouble.ts'
import type { ExportedFile, ExportProgress, ExportSizes } from '../../store/protocol.ts'
import { useFlowtrace, useSnapshot } from '../client/flowtrace.ts'
import { exportSizesOf } from '../client/questions.ts'
import { useAnswer } from '../client/use-answer.ts'
import { useLink } from './link.ts'
import { useView } from './navigation.ts'
import { useBundleRequest } from './use-bundle-request.ts'

export type FileExport =
  | { readonly step: 'idle' }
  | { readonly step: 'writing'; readonly progress: ExportProgress }
  | { readonly step: 'saved'; readonly file: ExportedFile; readonly name: string }
  | { readonly step: 'failed'; readonly trouble: Trouble }

/** How many rows the view shows, and how many records they sum; undefined until that is counted. */
export function useExportSizes(): ExportSizes | undefined {
  const { client } = useFlowtrace()
  const [{ filter, shape, time }] = useView()
  const paused = useSnapshot((snapshot) => snapshot.paused)
  const question = useMemo(() => {
    const { view } = client.exports
    if (view === null) return null
    return exportSizesOf({ ...view, filter, shape, time, frozen: paused ? view.frozen : null })
  }, [client, filter, shape, time, paused])
  return useAnswer(question)
}

/**
 * The state of the newest export, and what starts and cancels it. `save` puts the file away under its name. An export is
 * cancelled when the component goes.
 */
export function useFileExport(save: (blob: Blob, name: string) => void): {
  readonly state: FileExport
  readonly start: (format: ExportFormat, columns: readonly ExportColumnId[]) => Promise<void>
  readonly cancel: () => void
} {
  const { client, source } = useFlowtrace()
  const { link } = useLink()
  const bundle = useBundleRequest()
  const [state, setState] = useState<FileExport>({ step: 'idle' })
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  const start = async (format: ExportFormat, columns: readonly ExportColumnId[]): Promise<void> => {
    const { view } = client.exports
    if (view === null) return
    running.current?.abort()
    const abort = (running.current = new AbortController())
    setState({ step: 'writing', progress: { written: 0, total: 0, bytes: 0 } })
    try {
      const named = { format, view, columns, source: source.name, link: link() }
      const request = format === 'bundle' ? { ...named, bundle } : named
      const file = await client.exports.start(request, abort.signal, (progress) =>
        setState({ step: 'writing', progress }),
      )
      const name = exportFileName(source.name, file.span, formatOf(format).extension)
      save(file.blob, name)
      setState({ step: 'saved', file, name })
    } catch (error) {
      if (!abort.signal.aborted) setState({ step: 'failed', trouble: toTrouble(error) })
    }
  }
  const cancel = () => {
    running.current?.abort()
    setState({ step: 'idle' })
  }
  return { state, start, cancel }
}
