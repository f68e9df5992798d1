/** Answers `policies.json`: what a viewer may see of the policies, or 304 where they have it. */
import { createHash } from 'node:crypto'
import type { Viewer } from '../auth/viewer.ts'
import { dropOldest } from '../lib/drop-oldest.ts'
import type { PolicyReadings, PolicySource } from './policy-source.ts'

/** Viewers are few beside their requests, and their scopes fewer. */
const MAX_SCOPES = 500
/** Of the answers that are kept whole. */
const MAX_KEPT_BYTES = 32 << 20

export interface PolicyAnswer {
  /** Without quotes: the member `revision` of the body. */
  readonly revision: string
  readonly body: Buffer
}

interface Scope {
  /** Of the source, when the revision was made of it. */
  readonly sourceRevision: string
  readonly revision: string
  readonly body: Buffer | null
}

export class PolicyAnswers {
  readonly #source: PolicySource
  /** By the hash of what a viewer may see, the one used last at the end. */
  readonly #scopes = new Map<string, Scope>()

  constructor(source: PolicySource) {
    this.#source = source
  }

  get readings(): PolicyReadings {
    return this.#source.readings
  }

  close(): Promise<void> {
    return this.#source.close()
  }

  /**
   * @param known The revisions that the viewer has.
   *
   * Null when theirs is still the one. The revision is a hash of what they see, so that it tells nothing of the rest.
   */
  async answer(viewer: Viewer, known: readonly string[]): Promise<PolicyAnswer | null> {
    const sourceRevision = await this.#source.revision()
    const id = scopeId(viewer)
    const kept = this.#scopes.get(id)
    if (kept?.sourceRevision === sourceRevision) {
      if (known.includes(kept.revision)) return null
      if (kept.body !== null) return { revision: kept.revision, body: kept.body }
    }
    const content = this.#source.contentFor(viewer)
    const json = JSON.stringify(content)
    const revision = createHash('sha256').update(json).digest('base64url').slice(0, 22)
    const body = Buffer.from(`{"revision":"${revision}",${json.slice(1)}`)
    this.#keep(id, { sourceRevision, revision, body })
    return known.includes(revision) ? null : { revision, body }
  }

  #keep(id: string, scope: Scope): void {
    this.#scopes.delete(id)
    dropOldest(this.#scopes, MAX_SCOPES - 1)
    this.#scopes.set(id, scope)
    let bytes = 0
    for (const [each, { body, ...rest }] of [...this.#scopes].toReversed()) {
      bytes += body?.length ?? 0
      if (bytes > MAX_KEPT_BYTES) this.#scopes.set(each, { ...rest, body: null })
    }
  }
}

/** Equal for viewers who see the same. */
function scopeId({ namespaces }: Viewer): string {
  const scope = namespaces === 'all' ? 'all' : JSON.stringify([...namespaces].toSorted())
  return createHash('sha256').update(scope).digest('base64')
}

/** The revisions of an If-None-Match header. */
export function knownRevisions(header: string | undefined): readonly string[] {
  return [...(header ?? '').matchAll(/"([\w-]+)"/g)].map(([, revision = '']) => revision)
}
