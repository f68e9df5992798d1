/**
 * A policy trace without the flow around it, as people copy it from Calico's dashboard: `{"enforced":[…],"pending":[…]}`,
 * also inside `policies`, and under Goldmane's names of the two lists.
 */
import { UNRECORDED } from '../../flows/counters.ts'
import type { Flow } from '../../flows/flow.ts'
import { isFinal, verdictOf } from '../../flows/hit.ts'
import { hitsOf } from './hits.ts'
import { isObject, type Json } from './json-fields.ts'
import { NO_SERVICE } from './not-recorded.ts'

const ENFORCED = ['enforced', 'enforcedPolicies', 'enforced_policies'] as const
const PENDING = ['pending', 'pendingPolicies', 'pending_policies'] as const
const END_NAMES = ['source_name', 'dest_name', 'sourceName', 'destName'] as const

/** The two lists of a trace, not checked yet. */
export interface BareTrace {
  readonly enforced: unknown
  readonly pending: unknown
}

function isListOfHits(value: unknown): boolean {
  if (!Array.isArray(value)) return false
  const first: unknown = value[0]
  return isObject(first) && 'kind' in first && 'action' in first
}

function listsOf(record: Json): BareTrace | undefined {
  const enforced = ENFORCED.map((name) => record[name]).find(Array.isArray)
  const pending = PENDING.map((name) => record[name]).find(Array.isArray)
  return isListOfHits(enforced) || isListOfHits(pending) ? { enforced, pending } : undefined
}

function namesAnEnd(record: Json): boolean {
  return END_NAMES.some((name) => typeof record[name] === 'string' && record[name] !== '')
}

/** The trace that a record consists of; undefined for a record that names an end, or that has no list of hits. */
export function bareTraceIn(record: Json): BareTrace | undefined {
  if (namesAnEnd(record)) return undefined
  return listsOf(record) ?? (isObject(record.policies) ? listsOf(record.policies) : undefined)
}

/** A flow whose two lists stand in it directly, as Whisker's record, which has them in `policies`; undefined for others. */
export function withPolicies(record: Json): Json | undefined {
  if (!namesAnEnd(record)) return undefined
  const policies = listsOf(record)
  return policies === undefined ? undefined : { ...record, policies }
}

/**
 * The flow of a trace alone: no ends, no port, no times and no counters. It has the action of the last enforced hit, as
 * every flow does (felix/collector/flowlog/types.go:95-103), unless that decides nothing. Throws a FieldError.
 */
export function bareTraceFlow(trace: BareTrace): Flow {
  const enforced = hitsOf(trace.enforced, 'enforced')
  const action = verdictOf(enforced)
  return {
    key: {
      sourceName: '',
      sourceNamespace: '',
      sourceType: 'EndpointTypeUnspecified',
      destName: '',
      destNamespace: '',
      destType: 'EndpointTypeUnspecified',
      destPort: 0,
      ...NO_SERVICE,
      proto: '',
      reporter: 'ReporterUnspecified',
      action: isFinal(action) ? action : 'ActionUnspecified',
      policies: { enforced, pending: hitsOf(trace.pending, 'pending') },
    },
    sourceLabels: [],
    destLabels: [],
    startTime: 0,
    endTime: 0,
    ...UNRECORDED,
  }
}
