/** The captures that were opened, in the browser's IndexedDB. */
import { type CaptureId, parseCaptureId } from '../../source/capture-id.ts'
import type { FileHandle } from './file-handle.ts'
import { type KeptCapture, keyOf } from './kept-capture.ts'

/** Where kept captures are. Each call rejects where the browser has no database for this page. */
export interface CaptureShelf {
  all(): Promise<readonly KeptCapture[]>
  put(capture: KeptCapture): Promise<void>
  remove(ids: readonly CaptureId[]): Promise<void>
}

const DATABASE = 'flowtrace-captures'
const VERSION = 2
const CAPTURES = 'captures'
/** Of version 1, which kept a handle by the size and the hash of its content. */
const OLD_HANDLES = 'handles'

export const databaseShelf: CaptureShelf = {
  all: () =>
    inCaptures('readonly', async (captures) => {
      const kept: readonly unknown[] = await done(captures.getAll())
      return kept.filter(isKept)
    }),
  put: (capture) =>
    inCaptures('readwrite', async (captures) => {
      await done(captures.put(capture, keyOf(capture.id)))
    }),
  remove: (ids) =>
    inCaptures('readwrite', async (captures) => {
      await Promise.all(ids.map((id) => done(captures.delete(keyOf(id)))))
    }),
}

async function inCaptures<Result>(
  mode: IDBTransactionMode,
  work: (captures: IDBObjectStore) => Promise<Result>,
): Promise<Result> {
  const request = indexedDB.open(DATABASE, VERSION)
  request.addEventListener('upgradeneeded', () => upgrade(request))
  const database = await done(request)
  // A tab with a later version of the page waits for this until the connection is closed.
  try {
    return await work(database.transaction(CAPTURES, mode).objectStore(CAPTURES))
  } finally {
    database.close()
  }
}

/** Makes the database of this version, with what the one of before held. */
function upgrade({ result, transaction }: IDBOpenDBRequest): void {
  const captures = result.createObjectStore(CAPTURES)
  if (transaction === null || !result.objectStoreNames.contains(OLD_HANDLES)) return
  const cursor = transaction.objectStore(OLD_HANDLES).openCursor()
  cursor.addEventListener('success', () => {
    const entry = cursor.result
    if (entry === null) {
      result.deleteObjectStore(OLD_HANDLES)
      return
    }
    const kept = typeof entry.key === 'string' ? fromVersion1(entry.key, entry.value) : null
    if (kept !== null) captures.put(kept, keyOf(kept.id))
    entry.continue()
  })
}

/** The entry of version 1 in the shape of today; null where it is none. It had no name but that of its handle. */
export function fromVersion1(key: string, value: unknown): KeptCapture | null {
  if (typeof value !== 'object' || value === null || !('handle' in value) || !isHandle(value.handle))
    return null
  const { handle } = value
  const id = parseCaptureId(`${key}.${handle.name}`)
  const openedAt = 'keptAt' in value && typeof value.keptAt === 'number' ? value.keptAt : 0
  return id === null ? null : { id, handles: [handle], files: 1, openedAt, facts: null }
}

function isHandle(value: unknown): value is FileHandle {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'file'
}

/** Whether a stored value is one of this version: another version of the page may have written it. */
export function isKept(value: unknown): value is KeptCapture {
  if (typeof value !== 'object' || value === null) return false
  const { id, handles, openedAt, facts } = value as Partial<Record<keyof KeptCapture, unknown>>
  return (
    typeof id === 'object' &&
    id !== null &&
    'name' in id &&
    typeof id.name === 'string' &&
    Array.isArray(handles) &&
    typeof openedAt === 'number' &&
    typeof facts === 'object'
  )
}

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('the database failed')))
  })
}
