/** The handles of captures that were opened, kept in IndexedDB, so that a reload can open the same file again. */
import type { CaptureId } from '../../source/capture-id.ts'
import type { FileHandle } from './file-handle.ts'

const DATABASE = 'flowtrace-captures'
const HANDLES = 'handles'

/** The oldest one goes when there are more. */
const MAX_KEPT = 16

interface Kept {
  readonly handle: FileHandle
  /** Unix milliseconds. */
  readonly keptAt: number
}

function keyOf({ size, hash }: CaptureId): string {
  return `${size}.${hash}`
}

/** Keeps a handle. Where the browser does not let it, as in a private window, nothing is kept. */
export async function keepHandle(id: CaptureId, handle: FileHandle): Promise<void> {
  await inHandles('readwrite', async (handles) => {
    await done(handles.put({ handle, keptAt: Date.now() } satisfies Kept, keyOf(id)))
    const keys = await done(handles.getAllKeys())
    if (keys.length <= MAX_KEPT) return
    const kept: readonly Kept[] = await done(handles.getAll())
    const [oldest] = kept
      .map(({ keptAt }, index) => ({ keptAt, key: keys[index] }))
      .toSorted((a, b) => a.keptAt - b.keptAt)
    if (oldest?.key !== undefined) await done(handles.delete(oldest.key))
  })
}

/** The handle that was kept for a capture; null where there is none. */
export async function keptHandle(id: CaptureId): Promise<FileHandle | null> {
  const kept = await inHandles('readonly', (handles) => done<Kept | undefined>(handles.get(keyOf(id))))
  return kept?.handle ?? null
}

/** Undefined where the browser has no database for this page. */
async function inHandles<Result>(
  mode: IDBTransactionMode,
  work: (handles: IDBObjectStore) => Promise<Result>,
): Promise<Result | undefined> {
  try {
    const request = indexedDB.open(DATABASE, 1)
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore(HANDLES))
    const database = await done(request)
    try {
      return await work(database.transaction(HANDLES, mode).objectStore(HANDLES))
    } finally {
      database.close()
    }
  } catch {
    return undefined
  }
}

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('the database failed')))
  })
}
