/** Collects what is wrong with the objects of a file. */
import type { ManifestFile } from './manifest-file.ts'
import type { Place } from './place.ts'
import type { Fault } from './resources.ts'
import type { YamlNode } from './yaml-tree.ts'

type Effect = Fault['effect']

/** More are counted, and not kept. */
const MAX_FAULTS = 10_000

export class FaultList {
  readonly #faults: Fault[] = []
  #left = 0
  #last: Place | null = null

  add(fault: Fault): void {
    this.#last = fault.place
    if (this.#faults.length < MAX_FAULTS) this.#faults.push(fault)
    else this.#left++
  }

  /** All faults; those beyond the bound are one that says how many they are. */
  all(): readonly Fault[] {
    if (this.#left === 0 || this.#last === null) return this.#faults
    const reason = `${this.#left} more faults than can be listed`
    return [...this.#faults, { place: this.#last, effect: 'unknown', object: '', path: '', reason }]
  }
}

/** One object, whose faults have its name. */
export class Subject {
  readonly file: ManifestFile
  readonly object: string
  readonly #faults: FaultList
  #isRefused = false

  constructor(file: ManifestFile, object: string, faults: FaultList) {
    this.file = file
    this.object = object
    this.#faults = faults
  }

  /** Whether the object is to be left out. */
  get isRefused(): boolean {
    return this.#isRefused
  }

  /** The object is left out. */
  refuse(node: YamlNode, path: string, reason: string, offset?: number): void {
    this.#isRefused = true
    this.note('refused', node, path, reason, offset)
  }

  /** `offset` is that of a character in a text. */
  note(effect: Effect, node: YamlNode, path: string, reason: string, offset?: number): void {
    const place = offset === undefined ? this.file.placeOf(node) : this.file.placeWithin(node, offset)
    this.noteAt(effect, place, path, reason)
  }

  noteAt(effect: Effect, place: Place, path: string, reason: string): void {
    this.#faults.add({ place, effect, object: this.object, path, reason })
  }
}
