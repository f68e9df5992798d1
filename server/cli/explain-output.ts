/** Renders explained signatures as text, JSON or Markdown. */
import { unreachable } from '../../src/lib/assert.ts'
import { formatCount, formatPlural, isoTime } from '../../src/lib/format.ts'
import { visibleJson, visibleText } from '../../src/lib/visible-text.ts'
import type { FlowKey } from '../../src/flows/flow.ts'
import { displayName, displayNamespace, recordedPort } from '../../src/flows/spelling.ts'
import { compactTrace } from '../../src/trace/ladder/compact-trace.ts'
import { explain } from '../../src/trace/explain/explain.ts'
import { ticketMarkdown } from '../../src/trace/markdown.ts'
import { plainText, type Statement } from '../../src/trace/words/statement.ts'
import { connectionCountWords, verdictWords } from '../../src/trace/words/verdict-words.ts'
import type { ExplainFormat } from './explain-options.ts'
import type { ExplainedSignature } from './explain-signatures.ts'
import type { SeenEnds } from './seen-ends.ts'

/** How many records were read, and how many of them the output is about. */
export interface ExplainSummary {
  /** The file's name, or "standard input". */
  readonly name: string
  /** The format that was detected; null when no record was read. */
  readonly captureFormat: string | null
  /** Records of the capture. */
  readonly read: number
  /** Records that match the filter. */
  readonly matched: number
  /** Records that match the filter and were denied. */
  readonly denied: number
  /** Records that could not be read. */
  readonly refused: number
  /** Values of enums that are unknown here, from a newer Calico. */
  readonly unknown: number
  /** Matching records whose signatures are not listed, because there are too many. */
  readonly leftOut: number
}

/** The output in pieces of at most one signature, so that backpressure bounds the memory. */
export function* renderExplained(
  format: ExplainFormat,
  signatures: readonly ExplainedSignature[],
  ends: SeenEnds,
  summary: ExplainSummary,
): Generator<string> {
  switch (format) {
    case 'text':
      for (const signature of signatures) yield signatureText(signature, ends.remedyOf(signature))
      yield `${visibleText(summaryText(signatures, summary))}\n`
      return
    case 'json':
      yield* jsonPieces(signatures, ends, summary)
      return
    case 'markdown':
      yield `## ${visibleText(summaryText(signatures, summary))}\n\n`
      for (const signature of signatures)
        yield `${ticketMarkdown(signature.subject, ticketDetails(signature, ends))}\n`
      return
    default:
      unreachable(format, 'format')
  }
}

function signatureText(signature: ExplainedSignature, remedy: readonly Statement[]): string {
  const { headline, paragraph, pendingParagraph } = explain(signature.subject)
  const lines = [
    plainText([headline, ...paragraph]),
    plainText(pendingParagraph),
    ...(remedy.length === 0 ? [] : [plainText(remedy)]),
    countsText(signature),
  ]
  return `${lines.map(visibleText).join('\n')}\n\n`
}

function countsText(signature: ExplainedSignature): string {
  const { subject, numConnectionsStarted, records, firstSeen, lastSeen } = signature
  const connections = connectionCountWords(subject.key.action, numConnectionsStarted)
  const times =
    lastSeen === 0
      ? 'without times'
      : `first seen ${formatTime(firstSeen) ?? '?'}, last seen ${formatTime(lastSeen) ?? '?'}`
  return `  ${connections} in ${formatPlural(records, 'record')}, ${times}`
}

/** UTC to the second; null for 0 and for a time outside the range of Date. */
function formatTime(seconds: number): string | null {
  return seconds === 0 ? null : isoTime(seconds)
}

/** "incident.jsonl: 2 denied, 5 allowed, counted by port, in 1,204 of 4,711 records; 3 refused." */
function summaryText(signatures: readonly ExplainedSignature[], summary: ExplainSummary): string {
  const count = (action: string) => signatures.filter(({ subject }) => subject.key.action === action).length
  const denied = count('Deny')
  const allowed = count('Allow')
  const other = signatures.length - denied - allowed
  const { name, read, matched, refused, unknown, leftOut } = summary
  const records =
    matched === read
      ? formatPlural(read, 'record')
      : `${formatCount(matched)} of ${formatPlural(read, 'record')}`
  const losses = [
    refused === 0 ? '' : `; ${formatCount(refused)} refused`,
    unknown === 0 ? '' : `; ${formatPlural(unknown, 'unknown value')}`,
    leftOut === 0 ? '' : `; ${formatPlural(leftOut, 'record')} of further ends and ports not listed`,
  ]
  const odd = other === 0 ? '' : `, ${formatCount(other)} without a verdict that we know`
  return `${name}: ${formatCount(denied)} denied, ${formatCount(allowed)} allowed${odd}, counted by port, in ${records}${losses.join('')}.`
}

function ticketDetails(signature: ExplainedSignature, ends: SeenEnds) {
  const { firstSeen, lastSeen } = signature
  return { counters: signature, firstSeen, lastSeen, remedy: ends.remedyOf(signature) }
}

function* jsonPieces(
  signatures: readonly ExplainedSignature[],
  ends: SeenEnds,
  summary: ExplainSummary,
): Generator<string> {
  const { leftOut, ...rest } = summary
  const head = visibleJson(JSON.stringify({ ...rest, leftOut }, null, 2))
  yield `${head.slice(0, -2)},\n  "signatures": [`
  for (const [i, signature] of signatures.entries()) {
    yield `${i === 0 ? '' : ','}\n    ${visibleJson(JSON.stringify(jsonSignature(signature, ends.remedyOf(signature))))}`
  }
  yield `${signatures.length === 0 ? '' : '\n  '}]\n}\n`
}

function jsonSignature(signature: ExplainedSignature, remedy: readonly Statement[]) {
  const { subject, firstSeen, lastSeen, ...sums } = signature
  const { key } = subject
  const { headline, paragraph, pendingParagraph } = explain(subject)
  return {
    action: key.action,
    reporter: key.reporter,
    verdict: verdictWords(key.action, key.reporter),
    source: jsonEnd(key.sourceNamespace, key.sourceName, key.sourceType),
    destination: jsonEnd(key.destNamespace, key.destName, key.destType),
    proto: key.proto,
    port: recordedPort(key),
    decidedBy: jsonDecision(key),
    headline: plainText([headline]),
    cause: plainText(paragraph),
    pending: plainText(pendingParagraph),
    // Null where nothing is needed: the flow is allowed, and stays so.
    remedy: remedy.length === 0 ? null : plainText(remedy),
    firstSeen: formatTime(firstSeen),
    lastSeen: formatTime(lastSeen),
    ...sums,
    policies: key.policies,
  }
}

function jsonEnd(namespace: string, name: string, type: string) {
  return { namespace: displayNamespace(namespace), name: displayName(name, namespace), type }
}

/** The members are the same in each record. Where it is not known what decided, `at` says so, and `text` why. */
export function jsonDecision(key: FlowKey) {
  const { tier, policy, at, known, text } = compactTrace(key)
  return {
    tier: known ? tier : null,
    kind: policy?.kind ?? null,
    policy: policy?.path ?? null,
    at,
    text,
  }
}
