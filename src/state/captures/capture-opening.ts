/**
 * What happens between a file and its rows: it is checked while the source of before stays open, compared with the
 * capture that the address asks for, and only then opened.
 */
import { Observable } from '../../lib/observable.ts'
import type { CaptureCheck } from '../../source/capture-check.ts'
import { type CaptureId, isSameContent } from '../../source/capture-id.ts'
import { fileSource, type Source } from '../client/flowtrace.ts'
import type { View } from '../view/view.ts'
import type { FileHandle } from './file-handle.ts'

/** A file that was checked. */
export interface CheckedFile {
  readonly file: File
  readonly id: CaptureId
  /** With which the file can be opened again after a reload; null where the browser gave none. */
  readonly handle: FileHandle | null
}

/** Something dropped of which nothing can be opened, or not without a choice; or a file that has been refused. */
export type OpeningState =
  | { readonly step: 'idle' }
  | { readonly step: 'checking'; readonly name: string }
  | { readonly step: 'refused'; readonly name: string; readonly check: Extract<CaptureCheck, { ok: false }> }
  | { readonly step: 'folder'; readonly name: string }
  | { readonly step: 'several'; readonly files: readonly File[] }
  /** Another file than the one that the address asks for. */
  | { readonly step: 'other'; readonly wanted: CaptureId; readonly found: CheckedFile }

/** A drop: its files without those of folders, and the names of its folders. */
export interface Dropped {
  readonly files: readonly File[]
  readonly folders: readonly string[]
  /** Of a drop of one file. */
  readonly handle: Promise<FileHandle | null>
}

/** What the opening of a file needs of the page. */
export interface OpeningHost {
  check(file: File, signal: AbortSignal): Promise<CaptureCheck>
  /** The capture that the address asks for. */
  wanted(): CaptureId | null
  navigate(change: Partial<View>): void
  /** Keeps the handle of an opened file for later visits. */
  keep(id: CaptureId, handle: FileHandle): void
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

  /** Checks a file, and opens it if it is a capture, and the one that the address asks for if it asks for one. */
  async openFile(file: File, handle: Promise<FileHandle | null> = Promise.resolve(null)): Promise<void> {
    const { signal } = this.#begin({ step: 'checking', name: file.name })
    try {
      const check = await this.#host.check(file, signal)
      const found = check.ok ? { file, id: check.id, handle: await handle } : null
      if (signal.aborted) return
      if (found === null) {
        if (!check.ok) this.state.set({ step: 'refused', name: file.name, check })
        return
      }
      const wanted = this.#unopened()
      if (wanted === null || isSameContent(wanted, found.id)) this.#open(found, wanted)
      else this.state.set({ step: 'other', wanted, found })
    } catch (error) {
      // Aborted: another file, or the reader has gone back.
      if (!signal.aborted) throw error
    }
  }

  /** Opens what was dropped, where that is one file; otherwise says why not. */
  openDrop({ files, folders, handle }: Dropped): void {
    const [file, second] = files
    const [folder] = folders
    if (file === undefined) {
      if (folder !== undefined) this.#begin({ step: 'folder', name: folder })
    } else if (second === undefined && folder === undefined) void this.openFile(file, handle)
    else this.#begin({ step: 'several', files })
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
  #open({ file, id, handle }: CheckedFile, wanted: CaptureId | null): void {
    const others = this.opened.get().filter((opened) => !isSameContent(opened.id, id))
    this.opened.set([...others, { id, source: fileSource(file) }].slice(-MAX_OPENED))
    this.state.set({ step: 'idle' })
    if (handle !== null) this.#host.keep(id, handle)
    if (wanted === null) this.#host.navigate({ capture: id, open: null })
  }
}
