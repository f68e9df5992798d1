/**
 * Replaces the names in records by stand-ins, with the same stand-in for the same name in everything that one salt
 * redacts, so that both ends of a conversation still fit, in files of different days too (docs/captures.md).
 */
import type { Expression } from '../filter/tree/expression.ts'
import type { Flow, FlowKey, LabelledKey, PolicyHit } from '../flows/flow.ts'
import { NameRedaction, type RedactionLevel } from './name-redaction.ts'
import { redactQuery, type RedactedQuery } from './query-redaction.ts'
import { type ReplacedName, StandIns } from './stand-ins.ts'

export interface Redaction {
  readonly level: RedactionLevel
  /** Secret, and the same for all files whose names shall fit. */
  readonly salt: string
}

/** A word of a text that may be a name. */
const NAME_IN_TEXT = /[\p{L}\p{N}](?:[\p{L}\p{N}_.*-]*[\p{L}\p{N}_*])?/gu

export class Redactor {
  readonly #standIns: StandIns
  readonly #names: NameRedaction
  readonly level: RedactionLevel
  /** The reader gives the records of a key one object, and a capture repeats its keys. */
  readonly #keys = new WeakMap<FlowKey, FlowKey>()

  constructor({ level, salt }: Redaction) {
    this.#standIns = new StandIns(salt)
    this.#names = new NameRedaction(this.#standIns, level)
    this.level = level
  }

  /** How many distinct names were replaced so far. */
  get replaced(): number {
    return this.#standIns.replaced
  }

  /** How many replacements {@link names} lacks, because there were more names than fit into memory. */
  get unlisted(): number {
    return this.#standIns.unlisted
  }

  /** The names that were replaced so far. */
  names(): readonly ReplacedName[] {
    return this.#standIns.list()
  }

  redactFlow(flow: Flow): Flow {
    return this.redactLabelled(flow)
  }

  /** A record or a row with its key and its labels redacted; what else it has stays. */
  redactLabelled<Subject extends LabelledKey>(subject: Subject): Subject {
    return {
      ...subject,
      key: this.redactKey(subject.key),
      sourceLabels: subject.sourceLabels.map((label) => this.#names.label(label)),
      destLabels: subject.destLabels.map((label) => this.#names.label(label)),
    }
  }

  redactKey(key: FlowKey): FlowKey {
    let redacted = this.#keys.get(key)
    if (redacted === undefined) this.#keys.set(key, (redacted = this.#newKey(key)))
    return redacted
  }

  #newKey(key: FlowKey): FlowKey {
    const names = this.#names
    return {
      sourceName: names.workload(key.sourceName),
      sourceNamespace: names.namespace(key.sourceNamespace),
      sourceType: names.word(key.sourceType),
      destName: names.workload(key.destName),
      destNamespace: names.namespace(key.destNamespace),
      destType: names.word(key.destType),
      destPort: key.destPort,
      destServiceName: names.service(key.destServiceName),
      destServiceNamespace: names.namespace(key.destServiceNamespace),
      destServicePortName: names.port(key.destServicePortName),
      destServicePort: key.destServicePort,
      proto: names.protocol(key.proto),
      reporter: names.word(key.reporter),
      action: names.word(key.action),
      policies: {
        enforced: key.policies.enforced.map((hit) => this.#hit(hit)),
        pending: key.policies.pending.map((hit) => this.#hit(hit)),
      },
    }
  }

  #hit({ kind, namespace, name, tier, action, policyIndex, ruleIndex, trigger }: PolicyHit): PolicyHit {
    return {
      kind: this.#names.word(kind),
      namespace: this.#names.namespace(namespace),
      name: this.#names.policy(name),
      tier,
      action: this.#names.word(action),
      policyIndex,
      ruleIndex,
      trigger: trigger === null ? null : this.#hit(trigger),
    }
  }

  /** A query that selects the same records after redaction. */
  redactQuery(query: Expression): RedactedQuery {
    return redactQuery(query, this.#names)
  }

  /** The protocol of a port; those that are known stay. */
  redactProtocol(proto: string): string {
    return this.#names.protocol(proto)
  }

  /** What stands for the name of a source, a cluster or a server. */
  redactOrigin(kind: 'source' | 'cluster' | 'server', name: string): string {
    return this.#names.origin(kind, name)
  }

  /**
   * A text of a person, such as a note, with each name in it that was replaced so far. It is a help and no promise: a text
   * may call things by other names.
   */
  redactText(text: string): string {
    // Names of one spelling and several kinds have several stand-ins, of which a text does not say which one it means.
    const standIns = new Map(this.names().map(({ original, standIn }) => [original, standIn]))
    return text.replaceAll(NAME_IN_TEXT, (word) => standIns.get(word) ?? word)
  }
}
