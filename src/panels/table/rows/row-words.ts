/** What a row says of its time, its count and its scan, in words. */
import { bytesOf, packetsOf } from '../../../flows/counters.ts'
import { MIN_SCANNED, SCAN_SECONDS } from '../../../flows/scan-rule.ts'
import { unreachable } from '../../../lib/assert.ts'
import {
  dayBefore,
  formatBytes,
  formatClocks,
  formatCount,
  formatMinutes,
  formatPlural,
} from '../../../lib/format.ts'
import type { Measure } from '../../../state/client/histogram.ts'
import type { Row } from '../../../state/client/rows.ts'
import type { TableLook } from './row-cell.ts'

/** The name of a measure, as columns, menus and links have it. */
export function measureTitle(measure: Measure): string {
  switch (measure) {
    case 'conns':
      return 'Connections'
    case 'records':
      return 'Records'
    case 'bytes':
      return 'Bytes'
    case 'packets':
      return 'Packets'
    default:
      return unreachable(measure, 'measure')
  }
}

/** The row's sum of a measure; null where it was not recorded. */
export function sumOf(row: Row, measure: Measure): number | null {
  switch (measure) {
    case 'conns':
      return row.numConnectionsStarted
    case 'records':
      return row.records
    case 'bytes':
      return bytesOf(row)
    case 'packets':
      return packetsOf(row)
    default:
      return unreachable(measure, 'measure')
  }
}

/** The sum as the cell shows it. */
export function sumWords(row: Row, measure: Measure): string {
  const sum = sumOf(row, measure)
  if (sum === null) return 'not recorded'
  return measure === 'bytes' ? formatBytes(sum) : formatCount(sum)
}

/**
 * When there were records: in how many intervals of the span in view, where each of them is a record of its own, and
 * otherwise from when to when; with the day where several are in view.
 */
export function whenWords(
  row: Row,
  { span, recordSeconds }: Pick<TableLook, 'span' | 'recordSeconds'>,
): string {
  const { firstSeen, lastSeen, records, keys } = row
  if (records === 0) return 'nothing since the order was set'
  if (lastSeen === 0) return 'no time recorded'
  const inView = span === null ? 0 : span.to - span.from
  // A range of more than a day has the day of both its ends anyway.
  const day = lastSeen - firstSeen < 86_400 ? dayBefore(firstSeen, inView) : ''
  if (records === 1) return `${day}${formatClocks(firstSeen, lastSeen)}`
  const intervals = Math.round(inView / recordSeconds)
  if (keys !== 1 || intervals < records) return `${day}${formatMinutes(firstSeen, lastSeen)}`
  return records === intervals
    ? `in every ${recordSeconds === 3600 ? 'hour' : 'interval'}`
    : `in ${formatCount(records)} of ${formatPlural(intervals, recordSeconds === 3600 ? 'hour' : 'interval')}`
}

/** The mark of a scan: `scan? 24 ports, 3 min`; empty without one. */
export function scanWords({ scan }: Pick<Row, 'scan'>): string {
  if (scan === null) return ''
  const { ports, destinations, from, to } = scan
  const targets =
    ports >= destinations ? formatPlural(ports, 'port') : formatPlural(destinations, 'destination')
  return `scan? ${targets}, ${Math.max(1, Math.round((to - from) / 60))} min`
}

/** The rule behind the mark, with its question. */
export const SCAN_RULE =
  `A guess from counts and times: the source asked for at least ${MIN_SCANNED} ports of this destination, or for one ` +
  `port of as many destinations, within ${SCAN_SECONDS / 60} minutes, each of them for a short time only.`
