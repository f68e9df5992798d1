/**
 * The versions of a cluster's objects, each with the time in which it was in force, as long as the gateway holds flows. What
 * is not known of these times is said: see {@link VersionBasis} and {@link EarlierVersion}.
 */
import type { EarlierVersion, VersionBasis } from '../../src/wire/served-policies.ts'
import type { ObjectHead } from './object-text.ts'
import type { WatchedKind } from './watched-kinds.ts'

/** Seconds for which a version that is no longer in force is kept: the hour of flows, and those that come late. */
const RETENTION_S = 75 * 60
/** Of API server and gateway. Objects state their times by the API server's clock, in whole seconds. */
const MAX_CLOCK_SKEW_S = 60
const MAX_OBJECTS = 20_000
/** Of the texts of all versions; nearly all characters are a byte. */
const MAX_CHARACTERS = 32 << 20
/** An object that a controller rewrites each second would else crowd out all others. */
const MAX_VERSIONS_OF_OBJECT = 100

export interface Version {
  readonly text: string
  /** Unix seconds; null where it is not known. */
  readonly from: number | null
  readonly basis: VersionBasis
  readonly earlier: EarlierVersion
  /** Unix seconds; null while it is in force. */
  until: number | null
}

export interface TrackedObject {
  readonly kind: WatchedKind
  readonly namespace: string
  readonly name: string
  /** The path of its documents. */
  readonly path: string
  /** The oldest first. All but the last have ended. */
  readonly versions: readonly Version[]
}

type OwnObject = TrackedObject & { readonly versions: Version[] }

export interface HistoryLimits {
  readonly objects: number
  readonly characters: number
}

export interface Sighting {
  readonly kind: WatchedKind
  readonly path: string
  readonly head: ObjectHead
  readonly text: string
  /** Unix seconds: when it was seen. */
  readonly at: number
  /** Unix seconds: when the gateway last knew every object of the kind; null where it never did. */
  readonly knownUntil: number | null
}

export class VersionHistory {
  readonly #limits: HistoryLimits
  /** By path. */
  readonly #objects = new Map<string, OwnObject>()
  /** Paths of objects that did not fit. */
  readonly #refused = new Set<string>()
  #characters = 0
  #current = 0
  #revision = 0
  #droppedVersions = 0

  constructor(limits: HistoryLimits = { objects: MAX_OBJECTS, characters: MAX_CHARACTERS }) {
    this.#limits = limits
  }

  /** Another number after each change. */
  get revision(): number {
    return this.#revision
  }

  /** Objects in force now. */
  get size(): number {
    return this.#current
  }

  get omitted(): { readonly objects: number; readonly versions: number } {
    return { objects: this.#refused.size, versions: this.#droppedVersions }
  }

  objects(): Iterable<TrackedObject> {
    return this.#objects.values()
  }

  /** Takes an object as it is now. Nothing changes when it has the text that is in force. */
  put(sighting: Sighting): void {
    const { path, text, at } = sighting
    const before = this.#objects.get(path)
    const last = before?.versions.at(-1)
    if (last?.until === null && last.text === text) return
    const version = beginningOf(sighting, last)
    const isInstant = last?.until === null && last.from === version.from
    if (before !== undefined && last !== undefined) this.#end(before, last, version.from ?? at)
    if (!this.#makeRoom(text.length, path)) return
    this.#add(sighting, isInstant ? { ...version, earlier: last.earlier } : version)
  }

  /** @param at Unix seconds: when it was seen to be gone. */
  remove(path: string, at: number): void {
    if (this.#refused.delete(path)) this.#revision += 1
    const object = this.#objects.get(path)
    const last = object?.versions.at(-1)
    if (object !== undefined && last?.until === null) this.#end(object, last, at)
  }

  /** Removes the objects of a kind that are not among those that were listed. */
  retain(kind: WatchedKind, paths: ReadonlySet<string>, at: number): void {
    for (const object of this.#objects.values())
      if (object.kind === kind && !paths.has(object.path)) this.remove(object.path, at)
  }

  /** Forgets a kind with its past, as when the right to read it was taken away. */
  forget(kind: WatchedKind): void {
    for (const object of this.#objects.values())
      if (object.kind === kind) while (this.#objects.has(object.path)) this.#removeOldest(object)
  }

  /** Forgets versions that ended before the flows that are held. */
  prune(now: number): void {
    for (const object of this.#objects.values())
      for (
        let oldest = object.versions[0];
        oldest?.until !== null && oldest !== undefined && oldest.until < now - RETENTION_S;
        oldest = object.versions[0]
      )
        this.#removeOldest(object)
  }

  #add({ path, kind, head, text }: Sighting, version: Version): void {
    const object = this.#objects.get(path)
    if (object === undefined) {
      const { namespace, name } = head
      this.#objects.set(path, { kind, namespace, name, path, versions: [version] })
    } else {
      object.versions.push(version)
    }
    this.#characters += text.length
    this.#current += 1
    this.#revision += 1
    if (object !== undefined && object.versions.length > MAX_VERSIONS_OF_OBJECT) this.#drop(object)
  }

  /** A version that ended in the moment in which it began was never in force, as far as times tell. */
  #end(object: OwnObject, last: Version, at: number): void {
    if (last.until !== null) return
    this.#current -= 1
    this.#revision += 1
    last.until = Math.max(at, last.from ?? at)
    if (last.until !== last.from) return
    object.versions.pop()
    this.#characters -= last.text.length
    if (object.versions.length === 0) this.#objects.delete(object.path)
  }

  /** Drops ended versions, those of the longest ago first, until a text fits; returns whether it does. */
  #makeRoom(length: number, path: string): boolean {
    const { objects, characters } = this.#limits
    const fits = () => this.#characters + length <= characters && this.#current < objects
    if (!fits() && this.#current < objects)
      for (const object of this.#endedFirst()) {
        if (fits()) break
        this.#drop(object)
      }
    if (fits()) {
      this.#refused.delete(path)
      return true
    }
    // Beyond that many the number no longer matters, and each is a text in memory.
    if (this.#refused.size < objects && !this.#refused.has(path)) {
      this.#refused.add(path)
      this.#revision += 1
    }
    return false
  }

  /** Objects once for each of their ended versions, in the order in which these ended. */
  #endedFirst(): readonly OwnObject[] {
    return [...this.#objects.values()]
      .flatMap((object) =>
        object.versions.flatMap(({ until }) => (until === null ? [] : [{ object, until }])),
      )
      .toSorted((a, b) => a.until - b.until)
      .map(({ object }) => object)
  }

  /** Before its time. */
  #drop(object: OwnObject): void {
    this.#droppedVersions += 1
    this.#removeOldest(object)
  }

  #removeOldest(object: OwnObject): void {
    const [oldest] = object.versions.splice(0, 1)
    if (oldest === undefined) return
    if (oldest.until === null) this.#current -= 1
    this.#characters -= oldest.text.length
    this.#revision += 1
    const [next] = object.versions
    if (next === undefined) this.#objects.delete(object.path)
    else if (next.earlier === 'held') object.versions[0] = { ...next, earlier: 'unknown' }
  }
}

/**
 * What is known of the beginning of a version that was seen just now. The times that an object carries are more exact than
 * the arrival of an event, and the only ones of what happened while nobody watched. One from before the gateway last saw the
 * version before it is not that of this change, as when a manager's fields were removed.
 */
function beginningOf({ head, text, at, knownUntil }: Sighting, before: Version | undefined): Version {
  const { createdAt, changedAt } = head
  const stated = changedAt === null ? null : Math.min(changedAt, at)
  if (before === undefined) {
    // It was created after everything was known, and before now.
    const isNew = knownUntil !== null && createdAt !== null && createdAt >= knownUntil - MAX_CLOCK_SKEW_S
    const from = stated ?? (isNew ? at : null)
    const isFirst = from !== null && createdAt !== null && (from <= createdAt || isNew)
    const basis = stated !== null ? 'stated' : from === null ? 'assumed' : 'seen'
    return { text, from, basis, earlier: isFirst ? 'none' : 'unknown', until: null }
  }
  const notBefore = Math.max(before.until ?? before.from ?? 0, (knownUntil ?? 0) - MAX_CLOCK_SKEW_S)
  const isStated = stated !== null && stated >= notBefore
  return {
    text,
    from: isStated ? stated : at,
    basis: isStated ? 'stated' : 'seen',
    // Of an object that was gone it is known that there was none.
    earlier: before.until === null ? 'held' : 'none',
    until: null,
  }
}
