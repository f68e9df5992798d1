/** Turns a JSON value into a flow, or into the reason why it is none. */
import type { Flow } from '../../flows/flow.ts'
import { unreachable } from '../../lib/assert.ts'
import { classify, isRecord, type Kind } from './classify.ts'
import { FieldError, type Json, NAMES_NO_ENDS } from './json-fields.ts'
import type { Foreign } from './foreign.ts'
import { bareTraceFlow } from './bare-trace.ts'
import { type CaptureHeader, headerOf } from './capture-header.ts'
import { felixFlow } from './felix.ts'
import { goldmaneFlow, goldmaneKeyAlone } from './goldmane-json.ts'
import { hubbleFlow, hubbleUuid } from './hubble.ts'
import { kernelFlow } from './kernel-line.ts'
import { netObservFlow } from './netobserv.ts'
import { nodeTextFlow } from './node-text.ts'
import { type TextFormat, textFormatOf } from './text-format.ts'
import { whiskerFlow } from './whisker.ts'
import { type Inner, innerOf } from './wrappers.ts'

export type Outcome =
  /** `record` is the object that the times and counters were read from; undefined when there was none. */
  | {
      readonly is: 'flow'
      readonly flow: Flow
      readonly kind: Kind
      readonly record: Json | undefined
      /** The id of the event that it is, so that its repetitions are known; undefined where the format has none. */
      readonly uuid?: string
    }
  /** `fault` names the field with the wrong value, when there is one. */
  | { readonly is: 'refused'; readonly reason: string; readonly fault: FieldError | undefined }
  | { readonly is: 'foreign'; readonly foreign: Foreign }
  | { readonly is: 'header'; readonly header: CaptureHeader }
  /** An error that a server answered with. */
  | { readonly is: 'error'; readonly message: string }
  /** A server's answer with an empty list. */
  | { readonly is: 'nothing' }
  /** What a log system has put around records. */
  | { readonly is: 'wrapper'; readonly inner: readonly Inner[] }

function flowOutcome(read: () => Flow, kind: Kind, record?: Json): Outcome {
  try {
    const flow = read()
    const named = kind === 'trace-alone' || flow.key.sourceName !== '' || flow.key.destName !== ''
    if (named) return { is: 'flow', flow, kind, record }
    return { is: 'refused', reason: `This is not a flow: ${NAMES_NO_ENDS}`, fault: undefined }
  } catch (error) {
    return faultOutcome(error)
  }
}

function headerOutcome(record: Json): Outcome {
  try {
    return { is: 'header', header: headerOf(record) }
  } catch (error) {
    return faultOutcome(error)
  }
}

function faultOutcome(error: unknown): Outcome {
  if (error instanceof FieldError) return { is: 'refused', reason: error.message, fault: error }
  throw error
}

/** The outcome of one JSON value of a capture. */
export function recordOutcome(value: unknown): Outcome {
  const found = classify(value)
  switch (found.is) {
    case 'whisker':
      return flowOutcome(() => whiskerFlow(found.record), 'whisker', found.record)
    case 'felix':
      return flowOutcome(() => felixFlow(found.record), 'felix', found.record)
    case 'protojson':
    case 'go-json':
      return flowOutcome(() => goldmaneFlow(found.record, found.key), found.is, found.record)
    case 'key-alone':
      return flowOutcome(() => goldmaneKeyAlone(found.key), 'key-alone')
    case 'trace-alone':
      return flowOutcome(() => bareTraceFlow(found.trace), 'trace-alone')
    case 'hubble': {
      const outcome = flowOutcome(() => hubbleFlow(found.record), 'hubble')
      return outcome.is === 'flow' ? { ...outcome, uuid: hubbleUuid(found.record) } : outcome
    }
    case 'netobserv':
      return flowOutcome(() => netObservFlow(found.record), 'netobserv')
    case 'lost':
      return { is: 'refused', reason: found.reason, fault: undefined }
    case 'header':
      return headerOutcome(found.record)
    case 'foreign':
    case 'error':
      return found
    case 'empty-list':
      return { is: 'nothing' }
    case 'unknown': {
      const inner = innerOf(value)
      if (inner !== undefined) return { is: 'wrapper', inner }
      return {
        is: 'refused',
        reason: 'This is not a flow in any form that Flowtrace reads',
        fault: undefined,
      }
    }
    default:
      return unreachable(found, 'kind of record')
  }
}

/** The outcome of a record that is text. */
export function textOutcome(format: TextFormat, text: string): Outcome {
  switch (format) {
    case 'kernel': {
      const outcome = flowOutcome(() => kernelFlow(text), 'kernel')
      return outcome.is === 'flow' && outcome.flow.startTime === 0
        ? { ...outcome, kind: 'kernel-timeless' }
        : outcome
    }
    case 'node-text':
      return flowOutcome(() => nodeTextFlow(text), 'node-text')
    default:
      return unreachable(format, 'format of text')
  }
}

/** How many wrappers around a record are opened: the log line of a container, in Loki, in a recording, and one more. */
export const MAX_WRAPPERS = 4
/** How much of a wrapper is looked at to tell whether it holds a record. */
const MAX_INNER_TRIES = 8

/** Whether a value is certainly a record of ours or a wrapper around one. Like {@link isRecord} it does not guess. */
export function holdsRecord(value: unknown, depth = 0): boolean {
  if (isRecord(value)) return true
  const outcome = depth < MAX_WRAPPERS ? recordOutcome(value) : undefined
  if (outcome?.is !== 'wrapper') return false
  return outcome.inner
    .slice(0, MAX_INNER_TRIES)
    .some((inner) =>
      inner.is === 'value' ? holdsRecord(inner.value, depth + 1) : textHoldsRecord(inner.text, depth + 1),
    )
}

function textHoldsRecord(text: string, depth: number): boolean {
  return textFormatOf(text.trimStart()) !== undefined || holdsRecord(valueOfText(text), depth)
}

function valueOfText(text: string): unknown {
  const brace = text.indexOf('{')
  if (brace < 0) return undefined
  try {
    return JSON.parse(text.slice(brace))
  } catch {
    return undefined
  }
}
