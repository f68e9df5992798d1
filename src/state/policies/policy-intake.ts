/**
 * Loads files of policies beside those that are loaded, one drop after the other, and keeps what could not be read of them.
 * Until the reader gives files, the policies are those that the server has for the open source.
 */
import { formatCount } from '../../lib/format.ts'
import { Observable } from '../../lib/observable.ts'
import { MAX_MANIFEST_FILES, MAX_MANIFEST_LENGTH } from '../../policy/manifest/manifest-limits.ts'
import type { PolicyClient } from './policy-client.ts'
import type { PolicyDocument } from './use-policies.ts'

/** What became of the files that were given last, beside the documents. */
export interface Intake {
  /** Files that are being read into the page. */
  readonly reading: number
  /** Files that the browser could not read. */
  readonly unreadable: readonly string[]
  /** Files of the same drop that are neither policies nor captures. */
  readonly others: readonly string[]
  /** Why none of the files was read; null where they were. */
  readonly refused: string | null
}

const NOTHING_TAKEN: Intake = { reading: 0, unreadable: [], others: [], refused: null }

/** A document with the path that places name. */
export interface PolicyFile {
  readonly file: File
  readonly path: string
}

export class PolicyIntake {
  readonly state: Observable<Intake> = new Observable<Intake>(NOTHING_TAKEN)
  /** Whether the reader chose what is loaded, or that nothing is. Files of theirs are never mixed with the server's. */
  readonly isOwn: Observable<boolean> = new Observable(false)
  readonly #policies: Pick<PolicyClient, 'state' | 'load'>
  #last: Promise<void> = Promise.resolve()

  constructor(policies: Pick<PolicyClient, 'state' | 'load'>) {
    this.#policies = policies
  }

  /**
   * Loads the files; one of the same path as before takes its place. Resolves when they are loaded, or cannot be: the
   * states of this and of the client say what came of it.
   */
  add(files: readonly PolicyFile[], others: readonly string[] = []): Promise<void> {
    // The documents of a load count once it has ended.
    this.#last = this.#last.then(() => this.#add(files, others))
    return this.#last
  }

  /** Loads documents in place of all that are loaded, as the reader's own: those of an incident bundle. */
  replace(documents: readonly PolicyDocument[]): Promise<void> {
    this.#last = this.#last.then(async () => {
      this.state.set(NOTHING_TAKEN)
      this.isOwn.set(true)
      await this.#policies.load(documents)
    })
    return this.#last
  }

  /** Loads what the server has, or unloads it, where the reader has not chosen. */
  serve(documents: readonly PolicyDocument[]): Promise<void> {
    this.#last = this.#last.then(async () => {
      const isThere = documents.length > 0 || this.#policies.state.get().documents.length > 0
      if (!this.isOwn.get() && isThere) await this.#policies.load(documents)
    })
    return this.#last
  }

  /** Unloads the reader's files: from then on {@link serve} has its way. */
  leaveToServer(): Promise<void> {
    this.#last = this.#last.then(async () => {
      this.state.set(NOTHING_TAKEN)
      await this.#policies.load([])
      this.isOwn.set(false)
    })
    return this.#last
  }

  /** Unloads the documents of these paths. */
  remove(isGone: (path: string) => boolean): Promise<void> {
    this.#last = this.#last.then(async () => {
      this.state.set(NOTHING_TAKEN)
      this.isOwn.set(true)
      await this.#policies.load(this.#policies.state.get().documents.filter(({ name }) => !isGone(name)))
    })
    return this.#last
  }

  async #add(files: readonly PolicyFile[], others: readonly string[]): Promise<void> {
    const held = this.isOwn.get() ? this.#policies.state.get().documents : []
    const bytes = files.reduce((sum, { file }) => sum + file.size, 0)
    if (held.length + files.length > MAX_MANIFEST_FILES)
      return this.#refuse(`At most ${formatCount(MAX_MANIFEST_FILES)} files are loaded together.`, others)
    // Known before they are read. A text has no more characters than bytes.
    if (bytes > MAX_MANIFEST_LENGTH) return this.#refuse('At most 256 MB are loaded together.', others)
    this.state.set({ ...NOTHING_TAKEN, reading: files.length, others })
    const unreadable: string[] = []
    const added = new Map<string, PolicyDocument>()
    const names = new Set(held.map(({ name }) => name))
    for (const { file, path } of files) {
      // One after the other, so that a folder of thousands is not in memory twice.
      // oxlint-disable-next-line no-await-in-loop
      const text = await file.text().catch(() => null)
      const name = path === '' ? freeName(names) : path
      names.add(name)
      if (text === null) unreadable.push(name)
      else added.set(name, { name, text })
    }
    this.state.set({ ...NOTHING_TAKEN, unreadable, others })
    this.isOwn.set(true)
    await this.#policies.load(mergeByName(held, added))
  }

  #refuse(refused: string, others: readonly string[]): void {
    this.state.set({ ...NOTHING_TAKEN, refused, others })
  }
}

/**
 * The documents with those of the same name replaced in their places, and the others behind. Versions of one object, as a
 * bundle has them, share a name: a file takes the place of them all.
 */
function mergeByName(
  held: readonly PolicyDocument[],
  added: ReadonlyMap<string, PolicyDocument>,
): readonly PolicyDocument[] {
  const left = new Map(added)
  const kept = held.flatMap((document) => {
    if (!added.has(document.name)) return [document]
    const newer = left.get(document.name)
    left.delete(document.name)
    return newer === undefined ? [] : [newer]
  })
  return [...kept, ...left.values()]
}

const PASTED = 'pasted text'

/** A name for what was pasted: another paste is beside it, and not in its place. */
function freeName(names: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? PASTED : `${PASTED} ${n}`
    if (!names.has(name)) return name
  }
}

const intakes = new WeakMap<object, PolicyIntake>()

/** The one intake of a page's policies. */
export function intakeOf(policies: PolicyClient): PolicyIntake {
  const known = intakes.get(policies) ?? new PolicyIntake(policies)
  intakes.set(policies, known)
  return known
}
