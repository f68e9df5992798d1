/** What damage has taken of days that were read back: the gaps of it, and what they mean for sums. */
import { formatCount } from '../../../../src/lib/format.ts'
import { HOUR_SECONDS } from '../../sql/tables.ts'
import type { HistoryGap, HistoryRange, HistorySelection } from '../../history-store.ts'
import type { DuckDbSession } from '../duckdb-session.ts'
import { gapsIn, type NotesSource } from '../folder-notes.ts'
import { LONGEST_BUCKET } from '../held-index.ts'
import type { HistoryFolder } from '../history-folder.ts'
import type { Part } from '../part-files.ts'
import { causeOf } from '../set-aside.ts'

/** Begins the causes of all gaps of a day that come from damage. */
export function causeOfDay(day: string): string {
  return causeOf({ kind: 'days', name: day, ailment: 'damaged' })
}

/** The cause of a gap of which records are held: a sentence without a full stop. */
export function causeOfPart(
  day: string,
  { records, lost }: { readonly records: number; readonly lost: number | null },
): string {
  const count = lost === null ? 'an unknown number' : formatCount(lost)
  const all = lost === null ? '' : ` of the day's ${formatCount(records + lost)}`
  return `${causeOfDay(day)}, and records of this time are missing: ${count}${all} could not be read`
}

interface Loss extends HistoryGap {
  /** Hours that ended by this time have their sums of before. */
  readonly rolledTo: number
}

/** The losses in a range that nothing has filled since. */
async function lossesIn(
  { salvaged }: HistoryFolder,
  source: NotesSource,
  { cluster, range }: Pick<HistorySelection, 'cluster' | 'range'>,
): Promise<readonly Loss[]> {
  if (!salvaged.haveLosses) return []
  return (await gapsIn(source, cluster, range)).flatMap((gap) => {
    const day = new Date(gap.from * 1000).toISOString().slice(0, 'YYYY-MM-DD'.length)
    const notes = gap.cause.startsWith(causeOfDay(day)) ? salvaged.lossesOf(day) : []
    return notes.length === 0 ? [] : [{ ...gap, rolledTo: Math.min(...notes.map((note) => note.rolledTo)) }]
  })
}

/** The range in which losses make an answer incomplete. */
function reachOf({ range, grain }: Pick<HistorySelection, 'range' | 'grain'>): HistoryRange {
  // An hour belongs to a range when a part of it does.
  return grain === 'hour' ? { from: range.from - HOUR_SECONDS, to: range.to } : range
}

/** The files whose notes {@link incompletenessOf} reads. */
export function lossPartsOf(
  { files, salvaged }: HistoryFolder,
  selection: Pick<HistorySelection, 'range' | 'grain'>,
): readonly Part[] {
  if (!salvaged.haveLosses) return []
  const { from, to } = reachOf(selection)
  return files.parts('days', { from: from - LONGEST_BUCKET, to })
}

/**
 * Why an answer is not whole: a sentence without a full stop; null where nothing of its range was lost. `rows` runs a statement of the
 * question, which does not wait for the writer.
 */
export async function incompletenessOf(
  folder: HistoryFolder,
  selection: Pick<HistorySelection, 'cluster' | 'range' | 'grain'>,
  rows: DuckDbSession['rows'],
): Promise<string | null> {
  const { cluster, grain } = selection
  const unread = folder.damaged.incompleteness(selection)
  const { files, clusterCode } = folder
  const source = { files, clusterCode, session: { rows } }
  const losses = await lossesIn(folder, source, { cluster, range: reachOf(selection) })
  const causes = losses
    .filter(({ to, rolledTo }) => grain === 'raw' || to > rolledTo)
    .map(({ cause }) => cause)
  const all = [...new Set([...(unread === null ? [] : [unread]), ...causes])]
  // The cause of a part says what that of all of it says, and more.
  const said = all.filter((cause) => !all.some((other) => other !== cause && other.startsWith(cause)))
  return said.length === 0 ? null : said.join('; ')
}

/** Says of each hour of a cluster whether its sums have more than the records that are left. */
export async function sumsBeforeDamage(
  folder: HistoryFolder,
  cluster: string,
): Promise<(hour: number) => boolean> {
  const range = { from: 0, to: Number.MAX_SAFE_INTEGER }
  const losses = await folder.session.write(async () => lossesIn(folder, folder, { cluster, range }))
  return (hour) =>
    folder.damaged.hasSumsOf(hour) ||
    losses.some(({ from, to, rolledTo }) => hour < rolledTo && from < hour + HOUR_SECONDS && to > hour)
}
