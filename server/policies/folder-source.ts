/** A file or a folder of manifests as it is served: read again when it has changed, looked at when somebody asks. */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Clock } from '../../src/lib/clock.ts'
import type { ServedPolicyKind } from '../../src/wire/served-policies.ts'
import type { Viewer } from '../auth/viewer.ts'
import { errorCode } from '../lib/error-code.ts'
import type { Log } from '../lib/log.ts'
import { filesBelow, ManifestFilesError, type ManifestPath, readManifestFiles } from './manifest-files.ts'
import type { PoliciesContent, PolicyReadings, PolicySource } from './policy-source.ts'

/** All files together; every viewer gets them. */
const MAX_BYTES = 32 << 20
/** Between two looks at the folder. */
const LOOK_MS = 5000
const KIND = 'files'

interface ReadFolder {
  readonly files: readonly { readonly name: string; readonly text: string }[]
  /** A sentence without a full stop; null when all is well. */
  readonly trouble: string | null
}

export class FolderSource implements PolicySource {
  readonly #path: string
  readonly #clock: Clock
  readonly #log: Log
  #read: ReadFolder = { files: [], trouble: null }
  /** Of names, sizes and times of the files. */
  #signature = ''
  /** Unix milliseconds. */
  #lookedAt = -Infinity
  #looking: Promise<void> | null = null
  #readAt: number | null = null
  #failures = 0

  constructor(path: string, clock: Clock, log: Log) {
    this.#path = path
    this.#clock = clock
    this.#log = log
  }

  async revision(): Promise<string> {
    if (this.#clock.now() >= this.#lookedAt + LOOK_MS) {
      this.#looking ??= this.#look().finally(() => (this.#looking = null))
      await this.#looking
    }
    return this.#signature
  }

  /** Whose each object of a file is, nobody has said: files are for viewers of all namespaces. */
  contentFor({ namespaces }: Viewer): PoliciesContent {
    const { files, trouble } = this.#read
    const shared = { origin: 'files', since: null } as const
    if (namespaces !== 'all') {
      const why = 'Files of policies are shown to those alone who may see all namespaces'
      const kinds: ServedPolicyKind[] = [{ kind: KIND, state: 'forbidden', why }]
      return { ...shared, kinds, documents: [], omitted: { objects: 0, versions: 0 } }
    }
    const time = { from: null, until: null, basis: 'assumed', earlier: 'unknown' } as const
    return {
      ...shared,
      kinds: [{ kind: KIND, state: trouble === null ? 'ok' : 'failing', why: trouble }],
      documents: files.map(({ name, text }) => ({ name, text, ...time })),
      omitted: { objects: 0, versions: 0 },
    }
  }

  get readings(): PolicyReadings {
    return { objects: this.#read.files.length, lastEventAt: this.#readAt, failures: this.#failures }
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** What was read before stays when the folder cannot be read now. */
  async #look(): Promise<void> {
    const before = this.#read
    try {
      // Of a single file the name is its path, which says something of this machine.
      const found = (await filesBelow(this.#path)).map(({ path, name }) => ({
        path,
        name: name === path ? basename(path) : name,
      }))
      const signature = await signatureOf(found)
      if (signature !== this.#signature) {
        this.#read = { files: await readManifestFiles(found, MAX_BYTES), trouble: null }
        this.#signature = signature
      }
      this.#readAt = this.#clock.now()
    } catch (error) {
      this.#failures += 1
      const trouble =
        error instanceof ManifestFilesError
          ? error.message
          : `The files of policies cannot be read (${errorCode(error)})`
      this.#read = { ...before, trouble }
      this.#signature = trouble
      if (trouble !== before.trouble) this.#log.warn('policies cannot be read', { kind: KIND, why: trouble })
    }
    this.#lookedAt = this.#clock.now()
  }
}

async function signatureOf(found: readonly ManifestPath[]): Promise<string> {
  const hash = createHash('sha256')
  for (const { path, name } of found) {
    const { size, mtimeMs, ctimeMs, ino } = await stat(path)
    hash.update(JSON.stringify([name, size, mtimeMs, ctimeMs, ino]))
  }
  return hash.digest('base64url')
}
