/** A connection for one question, with the files that it reads. */
import type { HistoryLimits, HistorySelection } from '../history-store.ts'
import { DuckDbReader } from './duckdb-reader.ts'
import { hourPartsOf, partsOf, readerSources } from './fact-source.ts'
import type { HistoryFolder } from './history-folder.ts'

export interface OpenReader {
  readonly reader: DuckDbReader
  /** Why a part of what is asked for is missing: a sentence without a full stop; null where nothing is. */
  readonly incomplete: string | null
  readonly close: () => Promise<void>
}

/** Rejects with the signal's reason. */
export async function openReader(
  folder: HistoryFolder,
  selection: Pick<HistorySelection, 'cluster' | 'range' | 'grain'>,
  limits: HistoryLimits,
): Promise<OpenReader> {
  const { session, files, damaged } = folder
  const incomplete = damaged.incompleteness(selection)
  const connection = await session.takeReader(limits.signal)
  const parts = partsOf(folder, selection)
  const hourParts = hourPartsOf(folder, selection)
  const release = files.hold([...parts, ...hourParts])
  const sources = readerSources(folder, parts, hourParts, selection)
  const reader = new DuckDbReader(session, connection, sources, limits)
  return {
    reader,
    incomplete,
    close: async () => {
      session.giveBack(connection)
      await release()
    },
  }
}
