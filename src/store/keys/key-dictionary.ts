/**
 * Dictionary encoding of keys, in three levels of small integers that are given out in ascending order from 0:
 *
 * - a *code* stands for a text, number, trace or label list in the dictionary of its kind;
 * - a *flow* stands for a distinct FlowKey: fifteen codes, one per field of goldmane.FlowKey;
 * - an *entry* stands for a flow with the labels of both ends, and is what a row of the store refers to.
 *
 * Filters and facets compute a lookup table per dictionary, then one per entry, and never compare texts by row.
 *
 * Nothing is removed. The store replaces the whole dictionary by a compacted copy when many entries have no rows left
 * (see `key-compaction.ts`), which voids all three kinds of numbers.
 */
import type { Action, EndpointType, FlowKey, LabelledKey, PolicyTrace, Reporter } from '../../flows/flow.ts'
import { finish, mix } from '../../lib/murmur.ts'
import { KEY_FIELDS } from '../../flows/identity.ts'
import { growToFit } from '../../lib/grow-to-fit.ts'
import { formatHash, HIGH_SEED, LOW_SEED, parseHash } from '../columns/byte-hash.ts'
import { NumberDictionary } from '../columns/number-dictionary.ts'
import { BlobDictionary } from '../columns/blob-dictionary.ts'
import { labelsCodec, traceCodec } from './blob-codecs.ts'
import { OpenAddressingTable } from '../columns/open-addressing-table.ts'
import { TextDictionary } from '../columns/text-dictionary.ts'

/** The parts of a key. The field number of a part in goldmane.FlowKey is one more than its index. */
export const KEY_PARTS = [...KEY_FIELDS, 'policies'] as const
export type KeyPart = (typeof KEY_PARTS)[number]

/** The index of a part in `codes`; its field number in goldmane.FlowKey is one more. */
export function partIndex(part: KeyPart): number {
  return KEY_PARTS.indexOf(part)
}

const POLICIES = partIndex('policies')
const ACTION = partIndex('action')

export class KeyDictionary {
  readonly names = new TextDictionary()
  readonly namespaces = new TextDictionary()
  readonly services = new TextDictionary()
  /** The names of enum values, and protocols. */
  readonly enums = new TextDictionary()
  readonly numbers = new NumberDictionary()
  readonly traces = new BlobDictionary<PolicyTrace>(traceCodec)
  readonly labels = new BlobDictionary<readonly string[]>(labelsCodec)

  flowCount = 0
  /** By part, then by flow. Arrays are longer than `flowCount`, and replaced when they grow. */
  readonly codes: Uint32Array<ArrayBuffer>[] = KEY_PARTS.map(() => new Uint32Array(16))
  /** By flow: the two halves of a hash of its key's content, which is its id. It does not depend on codes. */
  idHigh = new Uint32Array(16)
  idLow = new Uint32Array(16)

  entryCount = 0
  /** By entry: its flow, and the codes of its label lists. */
  flowOf = new Uint32Array(16)
  sourceLabels = new Uint32Array(16)
  destLabels = new Uint32Array(16)

  readonly #flowTable = new OpenAddressingTable()
  #flowHashes = new Uint32Array(16)
  readonly #entryTable = new OpenAddressingTable()
  #entryHashes = new Uint32Array(16)

  readonly #scratch = new Uint32Array(KEY_PARTS.length)

  /** By part: the dictionary of its codes. */
  readonly #dictionaries = [
    this.names,
    this.namespaces,
    this.enums,
    this.names,
    this.namespaces,
    this.enums,
    this.numbers,
    this.services,
    this.namespaces,
    this.services,
    this.numbers,
    this.enums,
    this.enums,
    this.enums,
    this.traces,
  ] as const

  get byteLength(): number {
    let sum = this.idHigh.byteLength + this.idLow.byteLength + this.#flowHashes.byteLength
    sum += this.flowOf.byteLength + this.sourceLabels.byteLength + this.destLabels.byteLength
    sum += this.#entryHashes.byteLength + this.#flowTable.byteLength + this.#entryTable.byteLength
    for (const codes of this.codes) sum += codes.byteLength
    const { names, namespaces, services, enums, numbers, traces, labels } = this
    for (const dictionary of [names, namespaces, services, enums, numbers, traces, labels])
      sum += dictionary.byteLength
    return sum
  }

  dictionaryOf(part: KeyPart): TextDictionary | NumberDictionary | BlobDictionary<PolicyTrace> {
    return this.#dictionaries[partIndex(part)]!
  }

  codesOf(part: KeyPart): Uint32Array {
    return this.codes[partIndex(part)]!
  }

  /** The flow of fifteen codes, a new one if needed. `hint` is the flow it probably is, which saves the hash. */
  internFlow(codes: Uint32Array, hint = -1): number {
    if (hint >= 0 && this.#isFlow(hint, codes)) return hint
    const hash = hashOfCodes(codes)
    let slot = this.#flowTable.firstSlot(hash)
    for (let flow = this.#flowTable.codeAt(slot); flow >= 0; flow = this.#flowTable.codeAt(slot)) {
      if (this.#flowHashes[flow] === hash && this.#isFlow(flow, codes)) return flow
      slot = this.#flowTable.nextSlot(slot, hash)
    }
    let high = HIGH_SEED
    let low = LOW_SEED
    for (let part = 0; part < KEY_PARTS.length; part++) {
      const dictionary = this.#dictionaries[part]!
      high = mix(high, dictionary.hashHigh[codes[part]!]!)
      low = mix(low, dictionary.hashLow[codes[part]!]!)
    }
    return this.#addFlow(codes, hash, finish(high), finish(low))
  }

  /** Adds a flow of another dictionary, which is not in this one, by its codes in this one. */
  addFlowFrom(other: KeyDictionary, otherFlow: number, codes: Uint32Array): number {
    return this.#addFlow(codes, hashOfCodes(codes), other.idHigh[otherFlow]!, other.idLow[otherFlow]!)
  }

  /** The entry of a flow and its label lists' codes, a new one if needed. `hint` is the entry it probably is. */
  internEntry(flow: number, sourceLabels: number, destLabels: number, hint = -1): number {
    if (hint >= 0 && this.#isEntry(hint, flow, sourceLabels, destLabels)) return hint
    const hash = finish(mix(mix(mix(0, flow), sourceLabels), destLabels))
    let slot = this.#entryTable.firstSlot(hash)
    for (let entry = this.#entryTable.codeAt(slot); entry >= 0; entry = this.#entryTable.codeAt(slot)) {
      if (this.#isEntry(entry, flow, sourceLabels, destLabels)) return entry
      slot = this.#entryTable.nextSlot(slot, hash)
    }
    const entry = this.entryCount++
    if (entry >= this.flowOf.length) {
      this.flowOf = growToFit(this.flowOf, entry)
      this.sourceLabels = growToFit(this.sourceLabels, entry)
      this.destLabels = growToFit(this.destLabels, entry)
      this.#entryHashes = growToFit(this.#entryHashes, entry)
    }
    this.flowOf[entry] = flow
    this.sourceLabels[entry] = sourceLabels
    this.destLabels[entry] = destLabels
    this.#entryHashes[entry] = hash
    this.#entryTable.insert(slot, entry + 1, this.#entryHashes)
    return entry
  }

  /** The entry of a decoded key with its labels, a new one if needed. */
  internLabelledKey({ key, sourceLabels, destLabels }: LabelledKey): number {
    const { names, namespaces, services, enums, numbers, traces, labels } = this
    // In the order of KEY_PARTS.
    this.#scratch.set([
      names.internText(key.sourceName),
      namespaces.internText(key.sourceNamespace),
      enums.internText(key.sourceType),
      names.internText(key.destName),
      namespaces.internText(key.destNamespace),
      enums.internText(key.destType),
      numbers.intern(key.destPort),
      services.internText(key.destServiceName),
      namespaces.internText(key.destServiceNamespace),
      services.internText(key.destServicePortName),
      numbers.intern(key.destServicePort),
      enums.internText(key.proto),
      enums.internText(key.reporter),
      enums.internText(key.action),
      traces.internValue(key.policies),
    ])
    const flow = this.internFlow(this.#scratch)
    return this.internEntry(flow, labels.internValue(sourceLabels), labels.internValue(destLabels))
  }

  labelledKeyOf(entry: number): LabelledKey {
    return {
      key: this.keyOf(this.flowOf[entry]!),
      sourceLabels: this.labels.value(this.sourceLabels[entry]!),
      destLabels: this.labels.value(this.destLabels[entry]!),
    }
  }

  /** A flow's key. The casts hold because every text of `enums` came from a checked enum value. */
  keyOf(flow: number): FlowKey {
    const text = (part: KeyPart, dictionary: TextDictionary): string =>
      dictionary.text(this.codesOf(part)[flow]!)
    return {
      sourceName: text('sourceName', this.names),
      sourceNamespace: text('sourceNamespace', this.namespaces),
      sourceType: text('sourceType', this.enums) as EndpointType,
      destName: text('destName', this.names),
      destNamespace: text('destNamespace', this.namespaces),
      destType: text('destType', this.enums) as EndpointType,
      destPort: this.numbers.number(this.codesOf('destPort')[flow]!),
      destServiceName: text('destServiceName', this.services),
      destServiceNamespace: text('destServiceNamespace', this.namespaces),
      destServicePortName: text('destServicePortName', this.services),
      destServicePort: this.numbers.number(this.codesOf('destServicePort')[flow]!),
      proto: text('proto', this.enums),
      reporter: text('reporter', this.enums) as Reporter,
      action: this.actionOf(flow),
      policies: this.traces.value(this.codes[POLICIES]![flow]!),
    }
  }

  actionOf(flow: number): Action {
    return this.enums.text(this.codes[ACTION]![flow]!) as Action // as in keyOf
  }

  /** A flow's id: 14 characters that are the same in every session, because they are a hash of the key's content. */
  idOf(flow: number): string {
    return formatHash(this.idHigh[flow]!, this.idLow[flow]!)
  }

  /** The flow of an id from {@link idOf}; −1 when there is none. A linear scan: it is called once per opened row. */
  flowOfId(id: string): number {
    const { high, low } = parseHash(id)
    for (let flow = 0; flow < this.flowCount; flow++) {
      if (this.idHigh[flow] === high && this.idLow[flow] === low) return flow
    }
    return -1
  }

  #addFlow(codes: Uint32Array, hash: number, idHigh: number, idLow: number): number {
    const flow = this.flowCount++
    if (flow >= this.idHigh.length) {
      for (let part = 0; part < KEY_PARTS.length; part++)
        this.codes[part] = growToFit(this.codes[part]!, flow)
      this.idHigh = growToFit(this.idHigh, flow)
      this.idLow = growToFit(this.idLow, flow)
      this.#flowHashes = growToFit(this.#flowHashes, flow)
    }
    for (let part = 0; part < KEY_PARTS.length; part++) this.codes[part]![flow] = codes[part]!
    this.idHigh[flow] = idHigh
    this.idLow[flow] = idLow
    this.#flowHashes[flow] = hash
    let slot = this.#flowTable.firstSlot(hash)
    while (this.#flowTable.codeAt(slot) >= 0) slot = this.#flowTable.nextSlot(slot, hash)
    this.#flowTable.insert(slot, flow + 1, this.#flowHashes)
    return flow
  }

  #isFlow(flow: number, codes: Uint32Array): boolean {
    for (let part = 0; part < KEY_PARTS.length; part++) {
      if (this.codes[part]![flow] !== codes[part]) return false
    }
    return true
  }

  #isEntry(entry: number, flow: number, sourceLabels: number, destLabels: number): boolean {
    return (
      this.flowOf[entry] === flow &&
      this.sourceLabels[entry] === sourceLabels &&
      this.destLabels[entry] === destLabels
    )
  }
}

function hashOfCodes(codes: Uint32Array): number {
  let hash = 0
  for (let part = 0; part < KEY_PARTS.length; part++) hash = mix(hash, codes[part]!)
  return finish(hash)
}
