/** Decodes keys for their evaluation: without their traces, which policies do not depend on and which take the most memory. */
import type { EndpointType, FlowKey, LabelledKey, Reporter } from '../../flows/flow.ts'
import type { KeyDictionary, KeyPart } from '../keys/key-dictionary.ts'

const NO_TRACE: FlowKey['policies'] = { enforced: [], pending: [] }

export class PolicyKeys {
  readonly #keys: KeyDictionary
  /** By code: keys of one endpoint share the list, by which what is known of the endpoint is found. */
  readonly #labels = new Map<number, readonly string[]>()

  constructor(keys: KeyDictionary) {
    this.#keys = keys
  }

  /** The key of an entry, with its labels. */
  keyOf(entry: number): LabelledKey {
    const keys = this.#keys
    const flow = keys.flowOf[entry] ?? 0
    const code = (part: KeyPart): number => keys.codesOf(part)[flow] ?? 0
    // The casts hold because every text of `enums` came from a checked enum value.
    const key: FlowKey = {
      sourceName: keys.names.text(code('sourceName')),
      sourceNamespace: keys.namespaces.text(code('sourceNamespace')),
      sourceType: keys.enums.text(code('sourceType')) as EndpointType,
      destName: keys.names.text(code('destName')),
      destNamespace: keys.namespaces.text(code('destNamespace')),
      destType: keys.enums.text(code('destType')) as EndpointType,
      destPort: keys.numbers.number(code('destPort')),
      destServiceName: keys.services.text(code('destServiceName')),
      destServiceNamespace: keys.namespaces.text(code('destServiceNamespace')),
      destServicePortName: keys.services.text(code('destServicePortName')),
      destServicePort: keys.numbers.number(code('destServicePort')),
      proto: keys.enums.text(code('proto')),
      reporter: keys.enums.text(code('reporter')) as Reporter,
      action: keys.actionOf(flow),
      policies: NO_TRACE,
    }
    return {
      key,
      sourceLabels: this.#labelsOf(keys.sourceLabels[entry] ?? 0),
      destLabels: this.#labelsOf(keys.destLabels[entry] ?? 0),
    }
  }

  #labelsOf(code: number): readonly string[] {
    const known = this.#labels.get(code)
    if (known !== undefined) return known
    const labels = this.#keys.labels.value(code)
    this.#labels.set(code, labels)
    return labels
  }
}
