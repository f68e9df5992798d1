/** Redacts the headers of captures. Apart from the redactor, because it needs the parser, which an export has no use for. */
import type { CaptureHeader } from '../capture/format/capture-header.ts'
import { parse } from '../filter/language/parse-query.ts'
import { print } from '../filter/language/print.ts'
import type { Redactor } from './redactor.ts'

/** How much of a header has no counterpart among stand-ins, or may hold any text, and was left out. */
export interface LeftOut {
  /** Clauses of its query. */
  readonly clauses: number
  /** Reasons of gaps. */
  readonly reasons: number
  /** Members that this version does not know. */
  readonly members: number
}

/** The kinds of sources that our own headers have; another word may be a name. */
const SOURCE_KINDS: ReadonlySet<string> = new Set(['live', 'history', 'capture', 'demo'])

/** The header with its query rewritten and its names replaced. */
export function redactHeader(
  header: CaptureHeader,
  redactor: Redactor,
): { readonly header: CaptureHeader; readonly leftOut: LeftOut } {
  const { tool, source, cluster, server, window, filter, gaps, step, incomplete, others } = header
  const query = filter === null ? null : redactedText(filter, redactor)
  const origin = (kind: 'source' | 'cluster' | 'server', name: string | null) =>
    name === null ? null : redactor.redactOrigin(kind, name)
  return {
    header: {
      tool: tool !== null && /^flowtrace [\w.+-]+$/.test(tool) ? tool : null,
      source:
        source === null
          ? null
          : {
              kind: SOURCE_KINDS.has(source.kind) ? source.kind : 'capture',
              name: origin('source', source.name),
            },
      cluster: origin('cluster', cluster),
      server: origin('server', server),
      window,
      filter: query?.text ?? null,
      gaps: gaps === null ? null : gaps.map(({ from, to }) => ({ from, to, reason: null })),
      step,
      // Its words may have names.
      incomplete: incomplete === null ? null : 'A part is missing',
      others: { redacted: redactor.level },
    },
    leftOut: {
      clauses: query?.leftOut ?? 0,
      reasons: gaps?.filter(({ reason }) => reason !== null).length ?? 0,
      members: Object.keys(others).filter((member) => member !== 'redacted').length,
    },
  }
}

/** A query in its text; null where nothing is left of it. */
function redactedText(
  text: string,
  redactor: Redactor,
): { readonly text: string | null; readonly leftOut: number } {
  const parsed = parse(text)
  if (!parsed.ok) return { text: null, leftOut: 1 }
  const { expression, leftOut } = redactor.redactQuery(parsed.expression)
  return { text: print(expression) || null, leftOut }
}
