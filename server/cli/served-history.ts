import { systemClock } from '../../src/lib/clock.ts'
import { historyFromSettings } from '../config/history-from-settings.ts'
import type { SettingValues } from '../config/settings.ts'
import { checkReceiverFiles, type ReceiverOptions } from '../gateway/flow-receiver.ts'
import type { RecordingOptions } from '../gateway/open-recording.ts'
import { openHistory } from '../history/engine/open-history.ts'
import { HistoryError } from '../history/history-error.ts'
import { ServingCertificateError } from '../http/serving-certificate.ts'
import { UsageError } from '../lib/usage-error.ts'
import type { ServeCommand } from './command-line.ts'
import { parseAddress } from './parse-address.ts'
import { StartError } from './start-error.ts'

export interface ServedHistory {
  readonly recording: RecordingOptions
  /** Lines for the terminal. */
  readonly notes: readonly string[]
}

/**
 * Opens the history that the settings name; null where they name none. Throws {@link UsageError} where there is nothing to
 * record and for files of the receiver that cannot be used, {@link StartError} for a history that cannot be opened and will not be by waiting.
 */
export async function openServedHistory({ values, source }: ServeCommand): Promise<ServedHistory | null> {
  const options = historyFromSettings(values)
  if (options === null) return null
  if (source.kind === 'capture') throw new UsageError('--history records clusters, and --capture has none')
  const receiver = receiverOf(values)
  if (receiver !== null) await checkFiles(receiver)
  try {
    const { store, engine, trouble } = await openHistory(options, systemClock)
    const { where, days, hourDays, maxBytes } = options
    const kept = `Recording to ${where}: ${days} days, sums by the hour ${hourDays} days.`
    return {
      recording: { store, engine, days, hourDays, maxBytes, receiver },
      notes: [kept, ...(trouble === null ? [] : [`Warning: ${trouble}; it is tried again.`])],
    }
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error
    throw new StartError(error.message, { cause: error })
  }
}

async function checkFiles(receiver: ReceiverOptions): Promise<void> {
  try {
    await checkReceiverFiles(receiver)
  } catch (error) {
    if (!(error instanceof ServingCertificateError)) throw error
    throw new UsageError(`--history-receiver: ${error.message}`, { cause: error })
  }
}

function receiverOf(values: SettingValues): ReceiverOptions | null {
  const address = parseAddress(values['history-receiver'])
  const cert = values['history-receiver-cert']
  const key = values['history-receiver-key']
  const ca = values['history-receiver-ca']
  if (address === null || cert === null || key === null || ca === null) return null
  return { ...address, cert, key, ca }
}
