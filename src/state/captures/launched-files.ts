/**
 * Captures that the operating system opens with the installed page (the Launch Handler API of Chromium, by the page's
 * web app manifest; TypeScript's library lacks it).
 */
import type { Dropped } from './capture-opening.ts'
import { fileOf } from './file-access.ts'
import type { FileHandle } from './file-handle.ts'

export interface LaunchQueue {
  /** Calls back for a launch that has been, too. */
  setConsumer(consumer: (launch: { readonly files?: readonly FileHandle[] }) => void): void
}

/** This page's; undefined where the browser has none. */
export function launchQueueOf(page: object): LaunchQueue | undefined {
  // As the specification has it.
  return 'launchQueue' in page ? (page.launchQueue as LaunchQueue) : undefined
}

/** Opens what the page is launched with as if it had been dropped. */
export function openLaunches(queue: LaunchQueue | undefined, openDrop: (dropped: Dropped) => void): void {
  queue?.setConsumer(({ files: handles = [] }) => void open(handles, openDrop))
}

async function open(handles: readonly FileHandle[], openDrop: (dropped: Dropped) => void): Promise<void> {
  const files = await Promise.all(handles.map((handle) => fileOf(handle, false)))
  const found = files.filter((file) => file !== null)
  if (found.length === 0) return
  openDrop({ files: found, folders: [] })
}
