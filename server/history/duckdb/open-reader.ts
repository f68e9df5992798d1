/** A connection for one question, with the files that it reads. */
import type { HistoryLimits, HistorySelection } from '../history-store.ts'
import { asHistoryError } from './duckdb-error.ts'
import { DuckDbReader } from './duckdb-reader.ts'
import { hourPartsOf, partsOf, readerSources } from './fact-source.ts'
import type { HistoryFolder } from './history-folder.ts'
import { incompletenessOf, lossPartsOf } from './salvage/day-losses.ts'

export interface OpenReader {
  readonly reader: DuckDbReader
  /** Why a part of what is asked for is missing: a sentence without a full stop; null where nothing is. */
  readonly incomplete: string | null
  readonly close: () => Promise<void>
}

/** Rejects with a HistoryError, and with the signal's reason. */
export async function openReader(
  folder: HistoryFolder,
  selection: Pick<HistorySelection, 'cluster' | 'range' | 'grain'>,
  limits: HistoryLimits,
): Promise<OpenReader> {
  const { session, files } = folder
  const connection = await session.takeReader(limits.signal)
  const parts = partsOf(folder, selection)
  const hourParts = hourPartsOf(folder, selection)
  const release = files.hold([...parts, ...hourParts, ...lossPartsOf(folder, selection)])
  const close = async (): Promise<void> => {
    session.giveBack(connection)
    await release()
  }
  try {
    const rows = async (statement: string, values: readonly number[]) =>
      session.readerRows(connection, statement, values, limits.signal)
    const incomplete = await incompletenessOf(folder, selection, rows)
    const sources = readerSources(folder, parts, hourParts, selection)
    return { reader: new DuckDbReader(session, connection, sources, limits), incomplete, close }
  } catch (error) {
    await close()
    limits.signal.throwIfAborted()
    throw asHistoryError(error)
  }
}
