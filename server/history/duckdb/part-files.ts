/**
 * The files of the embedded history beside the main one: one for each day (UTC) of records, one for each month of the roll-up. All of them
 * are attached to one DuckDB. Retention deletes a file as a whole, because DuckDB gives no space back to the disk.
 */
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HistoryError } from '../history-error.ts'
import type { HistoryRange } from '../history-store.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import { attachment, type PartKind, partTables } from './part-tables.ts'

/** Files of one kind that may be open. A capture with times from all over would otherwise open one for each day of them. */
const MAX_PARTS = 1500
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
  isRetired: boolean
}

export class PartFiles {
  readonly #session: DuckDbSession
  readonly #folder: string
  readonly #open = new Map<string, OpenPart>()

  constructor(session: DuckDbSession, folder: string) {
    this.#session = session
    this.#folder = folder
  }

  /** Attaches the files that are there. Inside of the session's `write`, as all methods but {@link parts} and {@link hold}. */
  async attachAll(): Promise<void> {
    for (const kind of ['days', 'hours'] as const) {
      const folder = join(this.#folder, kind)
      await mkdir(folder, { recursive: true })
      const newest = new Map<string, number>()
      for (const file of await readdir(folder)) {
        if (file.includes('.tmp')) await rm(join(folder, file))
        const [, name, generation] = FILE_NAME.exec(file) ?? []
        if (name === undefined) continue
        newest.set(name, Math.max(newest.get(name) ?? 0, Number(generation)))
      }
      for (const [name, generation] of newest) {
        // A process that ended between the new file and the removal of the old one left both.
        for (let older = generation - 1; older > 0; older--)
          await removeFile(partOf(this.#folder, kind, name, older).path)
        await this.#attach(partOf(this.#folder, kind, name, generation))
      }
    }
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
    const part = partOf(this.#folder, kind, nameAt(kind, time), 1)
    const found = this.#open.get(idOf(part))
    if (found !== undefined) return found.part
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
        if (each.isRetired && each.readers === 0)
          await this.#session.write(async () => this.#remove(each.part))
      }
    }
  }

  /** Removes the file, at once or when nobody reads it any more. */
  async retire(part: Part): Promise<void> {
    const open = this.#open.get(idOf(part))
    if (open === undefined || open.part !== part) return
    this.#open.delete(idOf(part))
    open.isRetired = true
    if (open.readers === 0) await this.#remove(part)
  }

  /** Replaces the file of a part by one that was written under {@link temporaryOf} and detached. */
  async replace(part: Part): Promise<void> {
    const next = partOf(this.#folder, part.kind, part.name, part.generation + 1)
    await rename(temporaryOf(part), next.path)
    const old = this.#open.get(idOf(part))
    await this.#attach(next)
    if (old === undefined) return
    old.isRetired = true
    if (old.readers === 0) await this.#remove(part)
  }

  async #attach(part: Part): Promise<void> {
    const { writer } = this.#session
    await writer.run(attachment(part.path, part.catalog))
    for (const table of partTables(part.kind, part.catalog)) await writer.run(table)
    this.#open.set(idOf(part), { part, readers: 0, isRetired: false })
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

function idOf({ kind, name }: Part): string {
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

function partOf(folder: string, kind: PartKind, name: string, generation: number): Part {
  const from = Date.parse(kind === 'days' ? name : `${name}-01`) / 1000
  const start = new Date(from * 1000)
  const month = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1) / 1000
  return {
    kind,
    name,
    generation,
    from,
    to: kind === 'days' ? from + 86_400 : month,
    path: join(folder, kind, `${name}.${generation}.duckdb`),
    catalog: `"${kind} ${name} ${generation}"`,
  }
}
