/** What the browser keeps of a capture that was opened: its name, how to reach its file, and numbers. Never its content. */
import type { CaptureId } from '../../source/capture-id.ts'
import type { FileHandle, FolderHandle } from './file-handle.ts'

/** What reading a capture to its end told. */
export interface CaptureFacts {
  readonly records: number
  /** How many lines, frames or records could not be read. */
  readonly refused: number
  /** The least start and the greatest end of a record in Unix seconds; null where that is not known. */
  readonly from: number | null
  readonly to: number | null
  /** In words: "Whisker records". */
  readonly format: string | null
  /** The cluster or server that its headers name; null for a file that does not say. */
  readonly origin: string | null
  /** Whether no record has a pending trace, so that the effect of staged policies cannot be said. */
  readonly hasNoPending: boolean
}

export interface KeptCapture {
  readonly id: CaptureId
  /** One for each of its files; empty where the browser gave none for one of them, so that they are chosen again. */
  readonly handles: readonly FileHandle[]
  /** The folders that the files were chosen with; absent for files that were chosen themselves. */
  readonly folders?: readonly FolderHandle[]
  /** How many files were opened together. */
  readonly files: number
  /** The id of the recording of this browser that it was opened from; absent for a file. */
  readonly recording?: string
  /** Unix milliseconds. */
  readonly openedAt: number
  /** Null while it was not read to its end. */
  readonly facts: CaptureFacts | null
}

/** By content: a copy under another name is the same capture. */
export function keyOf({ size, hash }: CaptureId): string {
  return `${size}.${hash}`
}

/** The one that was opened last comes first. */
export function byLastOpened(a: KeptCapture, b: KeptCapture): number {
  return b.openedAt - a.openedAt
}
