/** A row as one sentence, which a screen reader says when the cursor comes to the row. */
import { displayPorts } from '../../../flows/spelling.ts'
import type { Row } from '../../../state/client/rows.ts'
import { compactTrace } from '../../../trace/ladder/compact-trace.ts'
import { verdictWords } from '../../../trace/words/verdict-words.ts'
import { scanWords } from './row-words.ts'

/** So many ports are named; the others are counted. */
const NAMED_PORTS = 3

/**
 * "Denied leaving: default/test to backend/api, tcp 80, by default default-deny no rule allowed it". Without what
 * changes with each record, such as counts: screen readers say the name of the current row anew when it changes.
 */
export function rowSentence(row: Row, source: string, destination: string): string {
  const { key, attention, staged, ports, portCount } = row
  const known = ports.length > 0 ? ports : [{ proto: key.proto, port: key.destPort }]
  const scan = scanWords(row)
  const parts = [
    displayPorts(known.slice(0, NAMED_PORTS), Math.max(portCount, known.length)),
    scan === '' ? '' : scan.replace('scan?', 'possible scan:'),
    `by ${compactTrace(key).text}`,
    staged === null
      ? ''
      : `${staged.all ? '' : 'a part '}would be ${staged.to === 'Allow' ? 'allowed' : 'denied'} if staged policies were enforced`,
  ]
  const verdict = `${attention === 'new-denial' ? 'New: ' : ''}${verdictWords(key.action, key.reporter)}`
  return `${verdict}: ${source} to ${destination}, ${parts.filter(Boolean).join(', ')}`
}
