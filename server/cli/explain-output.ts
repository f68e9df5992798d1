/** Renders explained signatures as text, JSON or Markdown. */
import { unreachable } from '../../src/lib/assert.ts'
import { formatCount, formatPlural } from '../../src/lib/format.ts'
import { displayName } from '../../src/flows/spelling.ts'
import { compactTrace } from '../../src/trace/ladder/compact-trace.ts'
import { explain } from '../../src/trace/explain/explain.ts'
import { ticketMarkdown } from '../../src/trace/markdown.ts'
import { plainText } from '../../src/trace/words/statement.ts'
import type { ExplainFormat } from './explain-options.ts'
import type { ExplainedSignature } from './explain-signatures.ts'

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
  summary: ExplainSummary,
): Generator<string> {
  switch (format) {
    case 'text':
      for (const signature of signatures) yield signatureText(signature)
      yield `${summaryText(signatures, summary)}\n`
      return
    case 'json':
      yield* jsonPieces(signatures, summary)
      return
    case 'markdown':
      yield `## ${replaceControls(summaryText(signatures, summary))}\n\n`
      for (const signature of signatures)
        yield `${ticketMarkdown(signature.subject, ticketDetails(signature))}\n`
      return
    default:
      unreachable(format, 'format')
  }
}

/** The text with U+FFFD for control characters, which a record can contain and a terminal would obey. */
export function replaceControls(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\u{FFFD}')
}

function signatureText(signature: ExplainedSignature): string {
  const { headline, paragraph, pendingParagraph } = explain(signature.subject)
  const lines = [plainText([headline, ...paragraph]), plainText(pendingParagraph), countsText(signature)]
  return `${lines.map(replaceControls).join('\n')}\n\n`
}

function countsText(signature: ExplainedSignature): string {
  const { numConnectionsStarted: started, records, firstSeen, lastSeen } = signature
  const attempts = started === null ? 'attempts not recorded' : formatPlural(started, 'attempt')
  const times =
    lastSeen === 0
      ? 'without times'
      : `first seen ${formatTime(firstSeen) ?? '?'}, last seen ${formatTime(lastSeen) ?? '?'}`
  return `  ${attempts} in ${formatPlural(records, 'record')}, ${times}`
}

/** UTC to the second; null for 0 and for a time outside the range of Date. */
function formatTime(seconds: number): string | null {
  const date = new Date(seconds * 1000)
  if (seconds === 0 || Number.isNaN(date.getTime())) return null
  return date.toISOString().replace('.000Z', 'Z')
}

/** "incident.jsonl: 2 signatures denied, 5 allowed, in 1,204 of 4,711 records; 3 refused." */
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
    leftOut === 0 ? '' : `; ${formatPlural(leftOut, 'record')} of further signatures not listed`,
  ]
  const odd = other === 0 ? '' : `, ${formatCount(other)} without a verdict that we know`
  return `${name}: ${formatPlural(denied, 'signature')} denied, ${formatCount(allowed)} allowed${odd}, in ${records}${losses.join('')}.`
}

function ticketDetails(signature: ExplainedSignature) {
  const { firstSeen, lastSeen } = signature
  return { counters: signature, firstSeen, lastSeen }
}

function* jsonPieces(signatures: readonly ExplainedSignature[], summary: ExplainSummary): Generator<string> {
  const { leftOut, ...rest } = summary
  const head = JSON.stringify({ ...rest, leftOut }, null, 2)
  yield `${head.slice(0, -2)},\n  "signatures": [`
  for (const [i, signature] of signatures.entries()) {
    yield `${i === 0 ? '' : ','}\n    ${JSON.stringify(jsonSignature(signature))}`
  }
  yield `${signatures.length === 0 ? '' : '\n  '}]\n}\n`
}

function jsonSignature(signature: ExplainedSignature) {
  const { subject, firstSeen, lastSeen, ...sums } = signature
  const { key } = subject
  const { headline, paragraph, pendingParagraph } = explain(subject)
  const decided = compactTrace(key.policies.enforced)
  return {
    action: key.action,
    reporter: key.reporter,
    source: { namespace: key.sourceNamespace, name: displayName(key.sourceName), type: key.sourceType },
    destination: { namespace: key.destNamespace, name: displayName(key.destName), type: key.destType },
    proto: key.proto,
    port: key.destPort,
    decidedBy:
      decided === null
        ? null
        : {
            tier: decided.tier,
            kind: decided.policy?.kind ?? null,
            policy: decided.policy?.path ?? null,
            at: decided.at,
          },
    headline: plainText([headline]),
    cause: plainText(paragraph),
    pending: plainText(pendingParagraph),
    firstSeen: formatTime(firstSeen),
    lastSeen: formatTime(lastSeen),
    ...sums,
    policies: key.policies,
  }
}
