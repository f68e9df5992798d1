import { displayPorts } from '../../../flows/spelling.ts'
import type { Row } from '../../../state/client/rows.ts'
import type { TableLayout } from '../layout/table-layout.ts'
import { textWidth } from '../layout/text-width.ts'
import { portWords, type PortWords } from './port-words.ts'
import { scanWords } from './row-words.ts'

export interface FittedPorts extends PortWords {
  /** The mark of a scan; empty without one. */
  readonly scan: string
  /** All of them, where there are several. */
  readonly title: string | undefined
  /** Pixels of both beside each other, as on a phone. */
  readonly width: number
}

/** The padding of the scan's mark, and the gap before it on a phone. */
const SCAN_FRAME = 12
const SCAN_GAP = 8

/** The mark of a scan without its length, or without its counts, where there is too little room. */
function fittedScan(scan: string, width: number): string {
  const forms = [scan, scan.replace(/,.*/, '')]
  return forms.find((form) => textWidth(form, 'chip') + SCAN_FRAME <= width) ?? 'scan?'
}

/** What a row says of its ports, as far as there is room. */
export function fittedPorts(
  row: Row,
  { kind, portsWidth }: Pick<TableLayout, 'kind' | 'portsWidth'>,
): FittedPorts {
  const { key, ports, portCount } = row
  const known = ports.length > 0 ? ports : [{ proto: key.proto, port: key.destPort }]
  const total = Math.max(portCount, known.length)
  const words = portWords(known, total, (text) => textWidth(text, 'mono') <= portsWidth)
  const scan = scanWords(row)
  const mark = scan === '' ? '' : kind === 'phone' ? 'scan?' : fittedScan(scan, portsWidth)
  return {
    ...words,
    scan: mark,
    title: total > 1 ? displayPorts(known, total) : undefined,
    width:
      textWidth(words.head + words.more + words.tail, 'mono') +
      (mark === '' ? 0 : textWidth(mark, 'chip') + SCAN_FRAME + SCAN_GAP),
  }
}
