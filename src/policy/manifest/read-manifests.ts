/**
 * Reads manifests of policies and of what they select: YAML or JSON, several documents in a file, lists as kubectl prints
 * them. What is wrong is reported with its place, and the rest is read all the same.
 */
import { runAtOnce } from '../../lib/time-slices.ts'
import { FaultList, Subject } from './fault-list.ts'
import { isReplacedKind, isWithoutEffect, knownKind } from './kind-table.ts'
import { ManifestFile } from './manifest-file.ts'
import { nameOf } from './object-head.ts'
import { checkSchema, shortened } from './object-schema.ts'
import { ObjectStore } from './object-store.ts'
import type { Place } from './place.ts'
import type { Fault, ReadManifests } from './resources.ts'
import { SelectorCache } from './selector-cache.ts'
import { documentsOf } from './yaml-documents.ts'
import { readYaml, YamlError } from './read-yaml.ts'
import { itemsAt, type MapNode, mapAt, memberOf, textAt, type YamlNode } from './yaml-tree.ts'

/** UTF-16 code units. A list of 50,000 policies has less. */
const MAX_FILE_LENGTH = 32 << 20
/** Lists within lists. */
const MAX_LIST_DEPTH = 3

export interface NamedText {
  readonly name: string
  readonly text: string
}

/** Everything in the files, with what is wrong with it. */
export function readManifests(files: readonly NamedText[]): ReadManifests {
  return runAtOnce(readManifestsInSteps(files))
}

/**
 * As {@link readManifests}, in steps of an object or a document, between which a worker can answer. Yields how many characters
 * were read.
 */
export function* readManifestsInSteps(files: readonly NamedText[]): Generator<number, ReadManifests> {
  const reader = new ManifestReader()
  let read = 0
  for (const file of files) {
    for (const offset of reader.readFile(file)) yield read + offset
    read += file.text.length
  }
  return reader.result()
}

class ManifestReader {
  readonly #faults = new FaultList()
  readonly #store = new ObjectStore()
  readonly #cache = new SelectorCache()
  /** Objects of kinds that are not read, by kind, each with the place of the first. */
  readonly #otherKinds = new Map<string, { readonly place: Place; count: number }>()
  /** Where policies name their tiers. */
  readonly #tierNames: { readonly tier: string; readonly subject: Subject; readonly place: Place }[] = [];

  /** Yields the offset after each object. */
  *readFile({ name, text }: NamedText): Generator<number, void> {
    if (text.length > MAX_FILE_LENGTH) {
      const place = { file: name, line: 1, column: 1, endLine: 1 }
      const reason = `The file has more than ${MAX_FILE_LENGTH} characters`
      this.#faults.add({ place, effect: 'refused', object: '', path: '', reason })
      return
    }
    const file = new ManifestFile(name, text)
    const subject = new Subject(file, '', this.#faults)
    for (const document of documentsOf(text)) {
      try {
        const steps = readYaml(document)
        let step = steps.next()
        for (; step.done !== true; step = steps.next()) yield document.start
        const node = step.value
        if (node.is !== 'null') yield* this.#readObject(node, file, { apiVersion: '', kind: '', depth: 0 })
      } catch (error) {
        if (!(error instanceof YamlError)) throw error
        const { offset } = error
        subject.noteAt(
          'refused',
          file.placeOf({ start: offset, end: offset + 1 }),
          '',
          `No YAML: ${error.message}`,
        )
      }
      yield document.start + document.text.length
    }
  }

  result(): ReadManifests {
    const manifests = this.#store.manifests()
    const tiers = new Set(manifests.tiers.map((tier) => tier.name))
    for (const { tier, subject, place } of this.#tierNames)
      if (!tiers.has(tier) && !subject.isRefused)
        subject.noteAt(
          'unknown',
          place,
          'spec.tier',
          `The tier "${shortened(tier)}" is not loaded: evaluated after all others, as in the cluster without it`,
        )
    for (const [what, { place, count }] of this.#otherKinds) this.#faults.add(otherKind(what, place, count))
    return { manifests, faults: this.#faults.all() }
  }

  /** `list` has what items of a list leave out. */
  *#readObject(
    node: YamlNode,
    file: ManifestFile,
    list: { apiVersion: string; kind: string; depth: number },
  ): Generator<number, void> {
    const apiVersion = textAt(node, 'apiVersion') || list.apiVersion
    const kind = textAt(node, 'kind') || list.kind
    const refuse = (object: string, path: string, reason: string) =>
      new Subject(file, object, this.#faults).refuse(node, path, reason)
    if (node.is !== 'map') refuse('', '', 'A manifest is a mapping')
    else if (kind === '') refuse('', 'kind', 'The kind is missing')
    else if (!kind.endsWith('List') || memberOf(node, 'items') === undefined)
      this.#readKind(node, file, groupOf(apiVersion), kind)
    else if (list.depth === MAX_LIST_DEPTH) refuse(kind, 'items', 'Lists within lists within lists')
    else {
      const inner = { apiVersion, kind: kind.slice(0, -'List'.length), depth: list.depth + 1 }
      for (const item of itemsAt(node, 'items')) {
        yield* this.#readObject(item, file, inner)
        yield item.end
      }
    }
  }

  #readKind(node: MapNode, file: ManifestFile, group: string, kind: string): void {
    const known = knownKind(group, kind)
    if (known === null) return this.#countOther(group, kind, file.placeOf(node))
    const name = nameOf(node, group, kind)
    const given = textAt(mapAt(node, 'metadata'), 'namespace')
    const namespace = known.isNamespaced ? given || 'default' : ''
    const subject = new Subject(
      file,
      `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`,
      this.#faults,
    )
    checkSchema(node, known.schema, '', subject)
    if (name === '' && mapAt(node, 'metadata') !== undefined)
      subject.refuse(mapAt(node, 'metadata') ?? node, 'metadata.name', 'The name is missing')
    if (!known.isNamespaced && given !== '')
      subject.note(
        'ignored',
        mapAt(node, 'metadata') ?? node,
        'metadata.namespace',
        `A ${kind} has no namespace`,
      )
    if (subject.isRefused) return
    const tier = memberOf(mapAt(node, 'spec'), 'tier')
    if (tier?.is === 'text' && group.endsWith('projectcalico.org'))
      this.#tierNames.push({ tier: tier.text, subject, place: file.placeOf(tier) })
    this.#store.add(known.reads, { node, subject, cache: this.#cache, group, kind, name, namespace })
  }

  #countOther(group: string, kind: string, place: Place): void {
    const what = `${group}/${kind}`
    const other = this.#otherKinds.get(what)
    if (other === undefined) this.#otherKinds.set(what, { place, count: 1 })
    else other.count++
  }
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/', 1)[0] ?? '') : ''
}

function otherKind(what: string, place: Place, count: number): Fault {
  const [group = '', kind = ''] = what.split('/')
  const common = { place, object: shortened(kind), path: 'kind' }
  const objects = `${count} ${count === 1 ? 'object' : 'objects'} of the kind ${shortened(kind)}`
  if (isReplacedKind(group, kind))
    return {
      ...common,
      effect: 'unknown',
      reason: `${objects}: Calico reads ClusterNetworkPolicy in its place from 3.32 on`,
    }
  if (isWithoutEffect(group, kind))
    return { ...common, effect: 'ignored', reason: `${objects}, which policies do not depend on` }
  return { ...common, effect: 'unknown', reason: `${objects} (${shortened(group) || 'no group'}) not read` }
}
