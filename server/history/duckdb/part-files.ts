/**
 * The files of the embedded history beside the main one: one for each day (UTC) of records, one for each month of the roll-up. All of them
 * are attached to one DuckDB. Retention deletes a file as a whole, because DuckDB gives no space back to the disk.
 */
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HistoryError } from '../history-error.ts'
import type { HistoryRange } from '../history-store.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import { makeFolder } from './make-folder.ts'
import { attachment, type PartKind, partTables } from './part-tables.ts'

/** How often a file may be tried to open: as it is, without its log, and with what an older generation left. */
const MAX_TRIES = 3
/** Files of one kind that may be open. A capture with times from all over would otherwise open one for each day of them. */
const MAX_PARTS = 1500
/** What {@link temporaryOf} names, which a process that ended left, with its log. */
const UNFINISHED = /^\d{4}-\d\d(?:-\d\d)?\.\d+\.duckdb\.tmp(?:\.wal)?$/
const FILE_NAME = /^(\d{4}-\d\d(?:-\d\d)?)\.(\d+)\.duckdb$/

export interface Part extends HistoryRange {
  readonly kind: PartKind
  /** `2026-11-29` or `2026-11`. */
  readonly name: string
  /** Counts how often the file was written anew as a whole. */
  readonly generation: number
  readonly path: string
  /** Its name in statements, quoted. */
  readonly catalog: string
}

interface OpenPart {
  readonly part: Part
  readers: number
  /** Runs in the session's `write` when nobody reads the file any more; null while it is in use. */
  onRetired: (() => Promise<void>) | null
}

/** Runs a last task on a file, at once or when nobody reads it any more. */
async function endUse(open: OpenPart, task: () => Promise<void>): Promise<void> {
  open.onRetired = task
  if (open.readers === 0) await task()
}

export class PartFiles {
  readonly #session: DuckDbSession
  readonly #folder: string
  readonly #open = new Map<string, OpenPart>()
  /** Files that were taken out, while somebody reads them yet. */
  readonly #leaving = new Set<string>()
  /** Counts the names in statements: one that is still read keeps its own. */
  #catalogs = 0

  constructor(session: DuckDbSession, folder: string) {
    this.#session = session
    this.#folder = folder
  }

  /**
   * Attaches the files that are there and pass an inspection. `onUnusable` sets aside what does not, and returns whether it is worth
   * another try. Inside of the session's `write`, as all methods but {@link parts} and {@link hold}.
   */
  async attachAll(
    inspect: (part: Part) => Promise<void>,
    onUnusable: (part: Part, error: unknown) => Promise<boolean>,
  ): Promise<void> {
    for (const kind of ['days', 'hours'] as const) {
      const folder = join(this.#folder, kind)
      await makeFolder(folder)
      const found = new Map<string, number[]>()
      for (const file of await readdir(folder)) {
        if (UNFINISHED.test(file)) await rm(join(folder, file))
        const [, name, generation] = FILE_NAME.exec(file) ?? []
        // A time that is none, as of the 13th month, is in no name of ours.
        if (name === undefined || Number.isNaN(fromOf(kind, name))) continue
        found.set(name, [...(found.get(name) ?? []), Number(generation)])
      }
      for (const [name, generations] of found) {
        let isAttached = false
        for (const generation of generations.toSorted((a, b) => b - a)) {
          const part = this.#partOf(kind, name, generation)
          // A process that ended between the new file and the removal of the old one left both.
          if (isAttached) await removeFile(part.path)
          else isAttached = await this.#attachSound(part, inspect, onUnusable)
        }
      }
    }
  }

  async #attachSound(
    part: Part,
    inspect: (part: Part) => Promise<void>,
    onUnusable: (part: Part, error: unknown) => Promise<boolean>,
  ): Promise<boolean> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      try {
        await this.#attach(part)
        await inspect(part)
        return true
      } catch (error) {
        this.#open.delete(idOf(part))
        // It may not have come so far.
        await this.#session.writer.run(`detach ${part.catalog}`).catch(() => {})
        if (!(await onUnusable(part, error))) return false
      }
    }
    return false
  }

  /** Those that overlap the range, or all, sorted by time. */
  parts(kind: PartKind, range?: HistoryRange): readonly Part[] {
    return [...this.#open.values()]
      .map(({ part }) => part)
      .filter(
        (part) =>
          part.kind === kind && (range === undefined || (part.from < range.to && part.to > range.from)),
      )
      .sort((a, b) => a.from - b.from)
  }

  /** The file that a time belongs to, which is made when there is none. */
  async partAt(kind: PartKind, time: number): Promise<Part> {
    const name = nameAt(kind, time)
    const found = this.#open.get(idOf({ kind, name }))
    if (found !== undefined) return found.part
    const part = this.#partOf(kind, name, 1)
    if (this.parts(kind).length >= MAX_PARTS) {
      throw new HistoryError('too large', `The history has ${MAX_PARTS} files of ${kind}, and takes no more`)
    }
    await this.#attach(part)
    return part
  }

  /** Keeps files attached, also when they are removed meanwhile, until the function returned is called. */
  hold(parts: readonly Part[]): () => Promise<void> {
    const held = parts.flatMap((part) => this.#open.get(idOf(part)) ?? [])
    for (const each of held) each.readers += 1
    return async () => {
      for (const each of held) {
        each.readers -= 1
        if (each.onRetired !== null && each.readers === 0)
          await this.#session.write(async () => each.onRetired?.())
      }
    }
  }

  /** Removes the file, at once or when nobody reads it any more. */
  async retire(part: Part): Promise<void> {
    const open = this.#open.get(idOf(part))
    if (open === undefined || open.part !== part) return
    this.#open.delete(idOf(part))
    await endUse(open, async () => this.#remove(part))
  }

  /** Takes a file out of use, and sets it aside by a function, which returns its new path. Returns false when it is out of use already. */
  async takeOut(part: Part, setAside: () => Promise<string>): Promise<boolean> {
    const open = this.#open.get(idOf(part))
    if (open === undefined || open.part !== part) return false
    this.#open.delete(idOf(part))
    const detach = async (): Promise<void> => {
      // What DuckDB would write at last into a damaged file may fail.
      await this.#session.writer.run(`detach ${part.catalog}`).catch(() => {})
    }
    if (open.readers > 0) {
      const path = await setAside()
      this.#leaving.add(path)
      open.onRetired = async () => {
        await detach()
        this.#leaving.delete(path)
      }
      return true
    }
    await detach()
    await setAside()
    return true
  }

  /** Whether a file that was set aside is still read. */
  isAttached(path: string): boolean {
    return this.#leaving.has(path)
  }

  /** Replaces the file of a part by one that was written under {@link temporaryOf} and detached. */
  async replace(part: Part): Promise<void> {
    const next = this.#partOf(part.kind, part.name, part.generation + 1)
    await rename(temporaryOf(part), next.path)
    const old = this.#open.get(idOf(part))
    try {
      await this.#attach(next)
    } catch (error) {
      // The old file stays in use, and the next start would take the newer one instead of it.
      await removeFile(next.path)
      throw error
    }
    if (old !== undefined) await endUse(old, async () => this.#remove(part))
  }

  async #attach(part: Part): Promise<void> {
    const { writer } = this.#session
    await writer.run(attachment(part.path, part.catalog))
    for (const table of partTables(part.kind, part.catalog)) await writer.run(table)
    this.#open.set(idOf(part), { part, readers: 0, onRetired: null })
  }

  #partOf(kind: PartKind, name: string, generation: number): Part {
    this.#catalogs += 1
    return partOf(this.#folder, { kind, name, generation }, this.#catalogs)
  }

  async #remove(part: Part): Promise<void> {
    await this.#session.writer.run(`detach ${part.catalog}`)
    await removeFile(part.path)
  }
}

/** Whether a folder has any such file. */
export async function hasPartFiles(folder: string): Promise<boolean> {
  for (const kind of ['days', 'hours']) {
    const files = await readdir(join(folder, kind)).catch(() => [])
    if (files.some((file) => FILE_NAME.test(file))) return true
  }
  return false
}

/** Where a part is written anew before it replaces the old one. */
export function temporaryOf({ path }: Part): string {
  return `${path}.tmp`
}

function idOf({ kind, name }: Pick<Part, 'kind' | 'name'>): string {
  return `${kind} ${name}`
}

/** Removes a file of DuckDB that is not attached, with its log. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true })
  await rm(`${path}.wal`, { force: true })
}

function nameAt(kind: PartKind, time: number): string {
  return new Date(time * 1000).toISOString().slice(0, kind === 'days' ? 10 : 7)
}

/** When the day or month begins; NaN where there is none of this name. */
function fromOf(kind: PartKind, name: string): number {
  return Date.parse(kind === 'days' ? name : `${name}-01`) / 1000
}

/** The time that a file of a day or month has records of. */
export function rangeOf(kind: PartKind, name: string): HistoryRange {
  const from = fromOf(kind, name)
  const start = new Date(from * 1000)
  const month = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1) / 1000
  return { from, to: kind === 'days' ? from + 86_400 : month }
}

function partOf(
  folder: string,
  { kind, name, generation }: Pick<Part, 'kind' | 'name' | 'generation'>,
  catalog: number,
): Part {
  return {
    kind,
    name,
    generation,
    ...rangeOf(kind, name),
    path: join(folder, kind, `${name}.${generation}.duckdb`),
    catalog: `"${kind} ${name} ${catalog}"`,
  }
}
