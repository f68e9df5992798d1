/**
 * What happens between a file and its rows: it is checked while the source of before stays open, compared with the
 * capture that the address asks for, and only then opened.
 */
import { Observable } from '../../lib/observable.ts'
import { lazyChunk } from '../../lib/preload.ts'
import type { CaptureCheck } from '../../source/capture-check.ts'
import { type CaptureId, isSameContent } from '../../source/capture-id.ts'
import { fileSource, type OpenedBundle, type Source } from '../client/flowtrace.ts'
import type { View } from '../view/view.ts'
import { type FileHandle, rememberHandle } from './file-handle.ts'

const togetherChecker = lazyChunk(() => import('./check-together.ts'))

/** A file that was checked. */
export interface CheckedFile {
  readonly file: File
  /** Files that are opened together with it; `id` is then that of all of them. */
  readonly others?: readonly File[]
  readonly id: CaptureId
  /** Files that were to be opened with it and are no captures. */
  readonly leftOut?: readonly RefusedFile[]
  /** The files as the reader chose them, where captures were taken out of some. */
  readonly chosen?: readonly File[]
  /** The bundle that `file` is the capture of; of files that are open together what is kept of their bundles. */
  readonly bundle?: OpenedBundle & Partial<Pick<CaptureOfBundle, 'view' | 'onOpened'>>
}

/** The capture of an incident bundle, with the screen that the bundle restores. */
export interface CaptureOfBundle extends OpenedBundle {
  /** Under the name of the bundle, which is what the reader has to open again. */
  readonly file: File
  readonly view: Partial<View>
  /** Loads its policies, once it is opened; absent where it has none. */
  readonly onOpened?: () => void
}

/** A file that is no capture, with what was found in it. */
export interface RefusedFile {
  /** The file's name, or how many files these are. */
  readonly name: string
  readonly check: Extract<CaptureCheck, { ok: false }>
}

/** Something dropped of which nothing can be opened, or not without a choice; or a file that has been refused. */
export type OpeningState =
  | { readonly step: 'idle' }
  | { readonly step: 'checking'; readonly name: string }
  | ({ readonly step: 'refused' } & RefusedFile)
  /** Of several files to be opened together, those that are no captures. The others, `opened` of them, are open. */
  | { readonly step: 'left-out'; readonly opened: number; readonly leftOut: readonly RefusedFile[] }
  | { readonly step: 'folder'; readonly name: string }
  | { readonly step: 'several'; readonly files: readonly File[] }
  /** Another file than the one that the address asks for. */
  | { readonly step: 'other'; readonly wanted: CaptureId; readonly found: CheckedFile }

/** A drop: its files without those of folders, and the names of its folders. */
export interface Dropped {
  readonly files: readonly File[]
  readonly folders: readonly string[]
  /** Reads the files in the folders; absent where the browser does not give them. */
  readonly filesInFolders?: () => Promise<readonly File[]>
}

/** What the opening of a file needs of the page. */
export interface OpeningHost {
  /** The reader is about to choose a file. */
  prepare(): void
  check(file: File, signal: AbortSignal): Promise<CaptureCheck>
  /** The bundle in a file; a sentence where its capture cannot be had, null where it is no bundle. */
  openBundle(file: File, signal: AbortSignal): Promise<CaptureOfBundle | string | null>
  /** Loads the policies among the files, and resolves to the files that may be captures. Never rejects. */
  takePolicies(files: readonly File[], signal: AbortSignal): Promise<readonly File[]>
  /** The capture that the address asks for. */
  wanted(): CaptureId | null
  navigate(change: Partial<View>): void
  /** Lets the worker begin to read what the page is about to show. */
  open(source: Source): void
  /** Keeps an opened capture among the recent ones, with the handles of its files, for later visits. */
  keep(id: CaptureId, files: readonly File[]): void
}

/** The refusal of a file that was not read. */
export function refusalOf(say: string): RefusedFile['check'] {
  return { ok: false, say, reasons: [], refused: 0 }
}

/** Opened files that the browser's back button can return to. Each keeps no more than a reference to the file. */
const MAX_OPENED = 16

export class CaptureOpening {
  readonly #host: OpeningHost
  readonly state: Observable<OpeningState> = new Observable<OpeningState>({ step: 'idle' })
  /** The files that were opened, the newest last. */
  readonly opened: Observable<readonly { readonly id: CaptureId; readonly source: Source }[]> =
    new Observable<readonly { readonly id: CaptureId; readonly source: Source }[]>([])
  #running = new AbortController()

  constructor(host: OpeningHost) {
    this.#host = host
  }

  /**
   * Checks a file, and opens it if it is a capture, and the one that the address asks for if it asks for one. Resolves to
   * what was opened; null where the state says why not, or something else was opened meanwhile.
   */
  async openFile(file: File, handle?: Promise<FileHandle | null>): Promise<CaptureId | null> {
    if (handle !== undefined) rememberHandle(file, handle)
    const { signal } = this.#begin({ step: 'checking', name: file.name })
    try {
      const bundle = await this.#host.openBundle(file, signal)
      if (signal.aborted) return null
      if (typeof bundle === 'string') {
        this.state.set({ step: 'refused', name: file.name, check: refusalOf(bundle) })
        return null
      }
      const capture = bundle?.file ?? file
      const check = await this.#host.check(capture, signal)
      if (signal.aborted) return null
      const inBundle = bundle === null ? {} : { bundle, chosen: [file] }
      if (check.ok) return this.#openFound({ file: capture, id: check.id, ...inBundle })
      const others = await this.#host.takePolicies([file], signal)
      if (signal.aborted) return null
      this.state.set(others.length === 0 ? { step: 'idle' } : { step: 'refused', name: file.name, check })
    } catch (error) {
      // Aborted: another file, or the reader has gone back.
      if (!signal.aborted) throw error
    }
    return null
  }

  /** As {@link openFile}, for several: those that are captures are merged on one clock, and the state says which are not. */
  async openTogether(files: readonly File[]): Promise<CaptureId | null> {
    const { signal } = this.#begin({ step: 'checking', name: `${files.length} files` })
    try {
      const { checkTogether } = await togetherChecker()
      const checked = await checkTogether(files, this.#host, signal)
      if (signal.aborted) return null
      if ('id' in checked) return this.#openFound(checked)
      this.state.set(
        'check' in checked ? { step: 'refused', ...checked } : { step: 'left-out', opened: 0, ...checked },
      )
    } catch (error) {
      if (!signal.aborted) throw error
    }
    return null
  }

  prepare(): void {
    this.#host.prepare()
  }

  /** Opens one file, or several together. */
  openAll(files: readonly File[]): Promise<CaptureId | null> {
    const [file, ...others] = files
    if (file === undefined) return Promise.resolve(null)
    return others.length === 0 ? this.openFile(file) : this.openTogether(files)
  }

  /** Opens the files that the reader chose: one at once, of several after the question which. */
  openChosen(files: readonly File[]): void {
    this.openDrop({ files, folders: [] })
  }

  /** Opens what was dropped, where that is one file; otherwise says why not. */
  openDrop({ files, folders, filesInFolders }: Dropped): void {
    const [file, second] = files
    const [folder] = folders
    if (folder !== undefined && filesInFolders !== undefined) {
      void this.#openFolders(folder, files, filesInFolders)
    } else if (file === undefined) {
      if (folder !== undefined) this.#begin({ step: 'folder', name: folder })
    } else if (second === undefined && folder === undefined) void this.openFile(file)
    else void this.#openSeveral(files)
  }

  /** Asks which of the captures among several files is to be opened, once the policies among them are loaded. */
  async #openSeveral(files: readonly File[]): Promise<void> {
    const { signal } = this.#begin({ step: 'checking', name: `${files.length} files` })
    const captures = await this.#host.takePolicies(files, signal)
    if (signal.aborted) return
    const [file, second] = captures
    if (file === undefined) this.#begin({ step: 'idle' })
    else if (second === undefined) void this.openFile(file)
    else this.#begin({ step: 'several', files: captures })
  }

  /** Opens the files in folders, and those beside them, as if the reader had dropped them. */
  async #openFolders(
    name: string,
    beside: readonly File[],
    filesInFolders: () => Promise<readonly File[]>,
  ): Promise<void> {
    const { signal } = this.#begin({ step: 'checking', name })
    // A folder that cannot be read is one without files for the reader: the dialog asks for the files themselves.
    const inside = await filesInFolders().catch(() => [])
    if (signal.aborted) return
    if (inside.length === 0) this.#begin({ step: 'folder', name })
    else this.openChosen([...beside, ...inside])
  }

  #openFound(found: CheckedFile): CaptureId | null {
    const wanted = this.#unopened()
    if (wanted === null || isSameContent(wanted, found.id)) {
      this.#open(found, wanted)
      return found.id
    }
    this.state.set({ step: 'other', wanted, found })
    return null
  }

  /** Opens the file that was found in place of the one that the address asks for. */
  openAnyway(): void {
    const state = this.state.get()
    if (state.step === 'other') this.#open(state.found, null)
  }

  /** Goes back to what is open. */
  dismiss(): void {
    this.#begin({ step: 'idle' })
  }

  /** The source of an opened file; null for one that was not opened on this page. */
  sourceOf(id: CaptureId): Source | null {
    return this.opened.get().find((opened) => isSameContent(opened.id, id))?.source ?? null
  }

  #begin(state: OpeningState): AbortController {
    this.#running.abort(new DOMException('another file was opened', 'AbortError'))
    this.#running = new AbortController()
    this.state.set(state)
    return this.#running
  }

  /** The capture that the address asks for, while it is not open. */
  #unopened(): CaptureId | null {
    const wanted = this.#host.wanted()
    return wanted === null || this.sourceOf(wanted) !== null ? null : wanted
  }

  /** `wanted`: the address asks for this very file, so the row that it names is one of it. */
  #open(
    { file, others: together = [], id, leftOut = [], bundle, chosen }: CheckedFile,
    wanted: CaptureId | null,
  ): void {
    const files = chosen ?? [file, ...together]
    const others = this.opened.get().filter((opened) => !isSameContent(opened.id, id))
    const source = { ...fileSource(file, together), ...(bundle === undefined ? {} : { bundle }) }
    this.opened.set([...others, { id, source }].slice(-MAX_OPENED))
    this.state.set(
      leftOut.length === 0 ? { step: 'idle' } : { step: 'left-out', opened: files.length, leftOut },
    )
    this.#host.keep(id, files)
    // Before the page is drawn anew, which then opens the same source: the worker reads meanwhile.
    this.#host.open(source)
    bundle?.onOpened?.()
    if (wanted === null) this.#host.navigate({ open: null, at: null, ...bundle?.view, capture: id })
  }
}
