/**
 * What each kind of name becomes. A name keeps its shape: `web-6f7c9d5b8d-*` and `web-6f7c9d5b8d-x2x4z` become names of
 * one workload, and a name without its generated parts is the workload of both.
 */
import { fromName, isUnknown } from '../flows/flow.ts'
import { workloadOf } from '../flows/spelling.ts'
import { unreachable } from '../lib/assert.ts'
import {
  meaningOfLabel,
  staysAsLabelKey,
  staysAsNamespace,
  staysAsPolicy,
  staysAsPort,
  staysAsProtocol,
  staysAsService,
  staysAsWorkload,
} from './built-in-names.ts'
import type { StandIns } from './stand-ins.ts'

/** `names`: namespaces, workloads, services, policies, names of ports. Tiers, numbers, verdicts and times stay. */
export type RedactionLevel = 'names' | 'names-and-labels'

/** The number of a StatefulSet's pod. Not the last number of several, which may be those of an address. */
const SET_NUMBER = /^(.*[^\d-][a-z]?)-(\d{1,4})$/
/** In Calico before 3.32, and in Felix's texts, the prefixes of policies that are not the user's. */
const POLICY_PREFIX =
  /^(knp\.default\.|kanp\.adminnetworkpolicy\.|kbanp\.baselineadminnetworkpolicy\.|default\.|__PROFILE__\.)(.+)$/
/** Calico's profiles of a namespace and of a service account (libcalico-go/lib/backend/k8s/conversion/constants.go). */
const NAMESPACE_PROFILE = /^kns\.(.+)$/
const ACCOUNT_PROFILE = /^ksa\.([^.]+)\.(.+)$/

export class NameRedaction {
  readonly #standIns: StandIns
  readonly #level: RedactionLevel

  constructor(standIns: StandIns, level: RedactionLevel) {
    this.#standIns = standIns
    this.#level = level
  }

  namespace(name: string): string {
    return staysAsNamespace(name) ? name : this.#standIns.of('namespace', name)
  }

  /** The name of an end, whatever its type: a query and some formats name an end without its type. */
  workload(name: string): string {
    if (staysAsWorkload(name)) return name
    const known = this.#standIns.known('workload', name)
    if (known !== undefined) return known
    const base = workloadOf(name)
    const parts = name.slice(base.length).split('-').slice(1)
    return this.#standIns.unique('workload', name, (attempt) => {
      const made = parts.map((part, i) => {
        if (part === '*') return part
        // The hash of a ReplicaSet is the same in all its pods; a pod's own part is told apart by the whole name.
        return this.#standIns.generated(part, i === 0 ? '' : name, attempt)
      })
      return [this.#base(base), ...made].join('-')
    })
  }

  #base(base: string): string {
    if (staysAsWorkload(base)) return base
    // What is left of a name may end in another part that looks generated, and is redacted as the same name elsewhere then.
    if (workloadOf(base) !== base) return this.workload(base)
    const [, set, number] = SET_NUMBER.exec(base) ?? []
    return set === undefined || number === undefined
      ? this.#standIns.ofPart('workload', base)
      : `${this.#standIns.ofPart('workload', set)}-${number}`
  }

  service(name: string): string {
    return staysAsService(name) ? name : this.#standIns.of('service', name)
  }

  port(name: string): string {
    return staysAsPort(name) ? name : this.#standIns.of('port', name)
  }

  /** The name of a policy or a profile. It depends on the name alone, because a query has no more. */
  policy(name: string): string {
    if (staysAsPolicy(name)) return name
    const known = this.#standIns.known('policy', name)
    if (known !== undefined) return known
    return this.#standIns.unique('policy', name, () => {
      const [, prefix = '', rest = name] = POLICY_PREFIX.exec(name) ?? []
      return prefix + this.#policyWithoutPrefix(rest)
    })
  }

  #policyWithoutPrefix(name: string): string {
    const ofNamespace = NAMESPACE_PROFILE.exec(name)?.[1]
    if (ofNamespace !== undefined) return `kns.${this.namespace(ofNamespace)}`
    const [, namespace, account] = ACCOUNT_PROFILE.exec(name) ?? []
    if (namespace !== undefined && account !== undefined)
      return `ksa.${this.namespace(namespace)}.${this.account(account)}`
    return this.#standIns.ofPart('policy', name)
  }

  /** `default` is the service account of every namespace. */
  account(name: string): string {
    return name === '' || name === 'default' ? name : this.#standIns.of('service account', name)
  }

  protocol(text: string): string {
    return staysAsProtocol(text) ? text : this.#standIns.of('protocol', text)
  }

  /** A word of an enum; one that this version does not know may be anything. */
  word<Word extends string>(text: Word): Word | `Unknown(${string})` {
    const unknown = isUnknown(text) ? text.slice('Unknown('.length, -1) : null
    if (unknown === null || /^-?\d+$/.test(unknown)) return text
    return fromName([], this.#standIns.of('word', unknown))
  }

  /** A label `key=value`, or a key alone. */
  label(label: string): string {
    const equals = label.indexOf('=')
    if (equals < 0) return this.labelKey(label)
    const key = label.slice(0, equals)
    return `${this.labelKey(key)}=${this.labelValue(key, label.slice(equals + 1))}`
  }

  labelKey(key: string): string {
    return this.#level === 'names' || staysAsLabelKey(key) ? key : this.#standIns.of('label key', key)
  }

  /** The values of some labels are names of something else: they go with the names. */
  labelValue(key: string, value: string): string {
    if (value === '') return value
    const meaning = meaningOfLabel(key)
    switch (meaning) {
      case 'namespace':
        return this.namespace(value)
      case 'workload':
        return this.workload(value)
      case 'account':
        return this.account(value)
      case 'generated':
        return this.#standIns.unique('label value', value, (attempt) =>
          this.#standIns.generated(value, '', attempt),
        )
      case undefined:
        return this.#level === 'names' ? value : this.#standIns.of('label value', value)
      default:
        return unreachable(meaning, 'meaning of a label')
    }
  }

  /** Whether the values of a label stay as they are. */
  keepsLabel(key: string): boolean {
    return this.#level === 'names' && meaningOfLabel(key) === undefined
  }

  /** What stands for the source, the cluster or the server of a capture. */
  origin(kind: 'source' | 'cluster' | 'server', name: string): string {
    return name === '' ? name : this.#standIns.of(kind, name)
  }
}
