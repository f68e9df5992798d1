import { toBinary } from '@bufbuild/protobuf'

import { FlowKeySchema } from '../../../src/gen/goldmane/api_pb.ts'
import { growToFit } from '../../../src/lib/grow-to-fit.ts'
import type { EntryTable } from './entry-table.ts'
import type { RingView, ShownKey } from './ring-view.ts'

/**
 * Views whose verdicts are cached: as many as streams are served by default, because one more open view than are cached
 * would have all of them judge every key anew at each bucket.
 */
const MAX_CACHED_VIEWS = 500
/** Bytes of verdicts and rewritten keys over all views. Beyond it the views that were used longest ago start anew. */
const MAX_CACHED_BYTES = 32 * 2 ** 20
/** What a rewritten key takes besides its bytes, about. */
const REWRITTEN_OVERHEAD_BYTES = 300

const UNKNOWN = 0
const OMITTED = 1
const AS_IT_IS = 2
const ALTERED = 3

/** How a view shows a key, ready to be sent. */
export interface AlteredKey {
  /** The encoded key to send instead; null to send the recorded one. */
  readonly bytes: Uint8Array | null
  readonly shown: ShownKey
}

/** What a view said of each key, for as long as it is cached. */
export class ViewVerdicts {
  /** Tells it from other verdicts, also from those of the same view that were dropped before. */
  readonly serial: number
  readonly #view: RingView
  readonly #entries: EntryTable
  #verdicts = new Uint8Array(16)
  readonly #altered = new Map<number, AlteredKey>()
  #rewrittenBytes = 0
  /** How often the view was asked. */
  asked = 0

  constructor(view: RingView, serial: number, entries: EntryTable) {
    this.#view = view
    this.serial = serial
    this.#entries = entries
  }

  get byteLength(): number {
    return this.#verdicts.length + this.#rewrittenBytes
  }

  /** How the key is shown: as it is (`'as-it-is'`), altered, or not at all (null). */
  of(key: number): AlteredKey | 'as-it-is' | null {
    if (this.#view.show === null) return 'as-it-is'
    const verdict = this.#verdicts[key] ?? UNKNOWN
    if (verdict === AS_IT_IS) return 'as-it-is'
    if (verdict === OMITTED) return null
    return verdict === ALTERED ? (this.#altered.get(key) ?? null) : this.#ask(key, this.#view.show)
  }

  /** The key's code may be given to another key. */
  forget(key: number): void {
    if (key >= this.#verdicts.length) return
    this.#verdicts[key] = UNKNOWN
    const altered = this.#altered.get(key)
    if (altered === undefined) return
    this.#rewrittenBytes -= sizeOf(altered)
    this.#altered.delete(key)
  }

  #ask(key: number, show: NonNullable<RingView['show']>): AlteredKey | 'as-it-is' | null {
    this.asked++
    this.#verdicts = growToFit(this.#verdicts, key)
    const shown = show(this.#entries.decodeKey(key))
    if (shown === null) {
      this.#verdicts[key] = OMITTED
      return null
    }
    if (shown.rewritten === null && !shown.hidesSourceLabels && !shown.hidesDestLabels) {
      this.#verdicts[key] = AS_IT_IS
      return 'as-it-is'
    }
    const bytes = shown.rewritten === null ? null : toBinary(FlowKeySchema, shown.rewritten)
    // The message is not kept: only its bytes and what is done with the labels.
    const altered: AlteredKey = { bytes, shown: { ...shown, rewritten: null } }
    this.#verdicts[key] = ALTERED
    this.#altered.set(key, altered)
    this.#rewrittenBytes += sizeOf(altered)
    return altered
  }
}

function sizeOf({ bytes }: AlteredKey): number {
  return REWRITTEN_OVERHEAD_BYTES + (bytes?.length ?? 0)
}

/** The verdicts of the views that were used last. */
export class ViewCache {
  readonly #entries: EntryTable
  /** By view id, the one that was used longest ago first. */
  readonly #views = new Map<string, ViewVerdicts>()
  #serial = 0

  constructor(entries: EntryTable) {
    this.#entries = entries
  }

  get byteLength(): number {
    let bytes = 0
    for (const view of this.#views.values()) bytes += view.byteLength
    return bytes
  }

  /** The verdicts of a view, new ones when they were dropped. Valid until the next call. */
  verdictsOf(view: RingView): ViewVerdicts {
    const known = this.#views.get(view.id)
    const verdicts = known ?? new ViewVerdicts(view, ++this.#serial, this.#entries)
    this.#views.delete(view.id)
    this.#views.set(view.id, verdicts)
    if (known === undefined && this.#views.size > MAX_CACHED_VIEWS) this.#dropOldest()
    let bytes = this.byteLength
    while (bytes > MAX_CACHED_BYTES && this.#views.size > 1) bytes -= this.#dropOldest()
    return verdicts
  }

  /** Must be called when a key was freed. */
  onKeyFreed(key: number): void {
    for (const view of this.#views.values()) view.forget(key)
  }

  /** Returns the bytes that were dropped. */
  #dropOldest(): number {
    for (const [id, verdicts] of this.#views) {
      this.#views.delete(id)
      return verdicts.byteLength
    }
    return 0
  }
}
