/** What a recording takes and when it stops, as it was chosen last. */
import { useSyncExternalStore } from 'react'

import { isObject } from '../../lib/is-object.ts'
import type { Redaction } from '../../redact/redactor.ts'
import { DEFAULT_LIMITS, SIZE_LIMITS, TIME_LIMITS } from '../../recording/recording.ts'
import { readJson, Remembered } from './remembered.ts'

export interface RecordingChoices {
  /** What the filter shows, or all that the source gives. */
  readonly what: 'filtered' | 'all'
  /** From now on, or also what is held already. */
  readonly from: 'now' | 'held'
  /** Which names are replaced before they are kept. */
  readonly redact: 'nothing' | Redaction['level']
  readonly bytes: number
  readonly seconds: number
}

/** The choices in a stored text; the default for what is not one of the values. */
export function parseRecordingChoices(text: string | null): RecordingChoices {
  const stored = readJson(text)
  const { what, from, redact, bytes, seconds } = isObject(stored) ? stored : ({} as Record<string, unknown>)
  return {
    what: what === 'all' ? 'all' : 'filtered',
    from: from === 'held' ? 'held' : 'now',
    redact: redact === 'names' || redact === 'names-and-labels' ? redact : 'nothing',
    bytes: SIZE_LIMITS.find((limit) => limit === bytes) ?? DEFAULT_LIMITS.bytes,
    seconds: TIME_LIMITS.find((limit) => limit === seconds) ?? DEFAULT_LIMITS.seconds,
  }
}

const choices = new Remembered('flowtrace.recording', parseRecordingChoices)

export const recordingChoices = choices.get

export const changeRecordingChoices = (change: Partial<RecordingChoices>): void =>
  choices.update((now) => ({ ...now, ...change }))

export function useRecordingChoices(): RecordingChoices {
  return useSyncExternalStore(choices.subscribe, choices.get)
}
