/** Hooks about recordings, those of the user who is logged in. */
import { useEffect, useMemo, useSyncExternalStore } from 'react'

import { parse } from '../../filter/language/parse-query.ts'
import { print } from '../../filter/language/print.ts'
import { withBoth } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { MAX_KEPT, MAX_KEPT_BYTES, type Recording, type RecordingLimits } from '../../recording/recording.ts'
import { recordingFileName } from '../../recording/recording-file.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import type { StoreClient } from '../client/store-client.ts'
import { lazyChunk } from '../../lib/preload.ts'
import { recordingChoices } from '../remembered/recording-choices.ts'
import { ensureSalt } from '../remembered/redaction-salt.ts'
import { loginState, useLoginState } from '../session/login-state.ts'
import { useView } from '../view/navigation.ts'
import { openRecordings, type RecordingClient, type RecordingsState } from './recording-client.ts'

export type { Recording, RecordingLimits } from '../../recording/recording.ts'

const redactedResumer = lazyChunk(() => import('./resume-redacted.ts'))

const clients = new WeakMap<StoreClient, RecordingClient>()

function recordingsOf(client: StoreClient): RecordingClient {
  const known = clients.get(client)
  if (known !== undefined) return known
  const recordings = openRecordings(client.livePort)
  clients.set(client, recordings)
  window.addEventListener('pagehide', () => recordings.flush())
  // Who logs in next may be another user.
  loginState.subscribe(() => {
    if (loginState.get().loggedOut) void recordings.stop('login')
  })
  return recordings
}

/** The recordings of the page; in tests another one is put in their place. */
export function useRecordings(): RecordingClient {
  const { client } = useFlowtrace()
  return recordingsOf(client)
}

function useViewer(): string | null {
  const { source, offered } = useFlowtrace()
  const { viewer } = useLoginState()
  const open = offered?.open ?? source.open
  return viewer ?? (open.kind === 'live' ? open.viewer : undefined) ?? null
}

function useRecordingsState(recordings: RecordingClient): RecordingsState {
  return useSyncExternalStore(recordings.state.subscribe, recordings.state.get)
}

export interface RecordingControls {
  /** Null while nothing is recorded. */
  readonly running: Recording | null
  /** Why the last one did not begin, or how it ended. */
  readonly last: RecordingsState['last']
  /** Whether a live source is open, of which a recording can begin. */
  readonly canBegin: boolean
  /** Begins one as it was chosen last; resolves to why it could not begin, or to null. */
  readonly begin: () => Promise<string | null>
  /** Whether a kept recording can go on: it was cut off, and its source is open. */
  readonly canResume: (recording: Recording) => boolean
  readonly resume: (recording: Recording) => Promise<string | null>
  readonly pause: () => void
  readonly goOn: () => void
  /** Resolves to the recording as it ended; null where the worker does not say so. */
  readonly stop: () => Promise<Recording | null>
  readonly limit: (limits: RecordingLimits) => void
}

export function useRecording(recordings: RecordingClient): RecordingControls {
  const { source } = useFlowtrace()
  const [{ filter, scope }] = useView()
  const viewer = useViewer()
  const { running, last } = useRecordingsState(recordings)
  const { open } = source
  const isMine = (recording: Recording) => recording.viewer === viewer
  return {
    running: running !== null && isMine(running) ? running : null,
    last: last === null || 'refused' in last || isMine(last.ended) ? last : null,
    canBegin: open.kind === 'live' && running === null,
    begin: () => {
      const { what, from, redact, bytes, seconds } = recordingChoices()
      const wanted = what === 'all' ? ALL : filter
      const passed = print(withBoth(scope, wanted))
      return recordings.begin({
        id: newId(),
        resume: false,
        source: source.name,
        server: open.kind === 'live' ? open.endpoint : '',
        viewer,
        filter: wanted,
        passed: passed === '' ? null : passed,
        from,
        limits: { bytes, seconds },
        redaction: redact === 'nothing' ? null : { level: redact, salt: ensureSalt() },
      })
    },
    canResume: (recording) => {
      if (open.kind !== 'live' || running !== null || recording.state === 'ended') return false
      // Whether it fits is asked once the reader wants it, because the names are known by the salt alone.
      if ((recording.redaction ?? null) !== null) return true
      // A narrower scope would leave out records without a word.
      const passed = filterOf(recording)
      return recording.server === open.endpoint && print(withBoth(passed, scope)) === print(passed)
    },
    resume: async (recording) => {
      const server = open.kind === 'live' ? open.endpoint : ''
      const isRedacted = (recording.redaction ?? null) !== null
      const found = isRedacted
        ? (await redactedResumer()).resumeRedacted(recording, { server, filter, scope })
        : { filter: filterOf(recording), redaction: null }
      if ('refused' in found) return recordings.refuse(found.refused)
      return recordings.begin({
        id: recording.id,
        resume: true,
        source: recording.source,
        server: recording.server,
        viewer,
        ...found,
        passed: recording.filter,
        from: 'now',
        limits: recording.limits,
      })
    },
    pause: () => recordings.pause(),
    goOn: () => recordings.goOn(),
    stop: () => recordings.stop(),
    limit: (limits) => recordings.limit(limits),
  }
}

function filterOf({ filter }: Recording) {
  const parsed = parse(filter ?? '')
  return parsed.ok ? parsed.expression : ALL
}

function newId(): string {
  // Not randomUUID(), which a page over plain HTTP lacks.
  return crypto.getRandomValues(new Uint32Array(2)).join('-')
}

/** A recording that is kept in this browser. */
export interface KeptRecording {
  readonly recording: Recording
  /** The name of its file. */
  readonly name: string
  /** Where its records come from. */
  readonly source: string
  readonly window: Recording['window']
  readonly records: number
  /** Packed. */
  readonly bytes: number
  /** Whether it was cut off, as by a reload, so that it can go on. */
  readonly isCut: boolean
  readonly file: () => Promise<File>
  readonly rename: (name: string | null) => Promise<void>
  readonly remove: () => Promise<void>
  /** Ends one that was cut off, as it is. */
  readonly settle: () => Promise<void>
}

export interface KeptRecordings {
  /** The newest first; null until they are read. */
  readonly kept: readonly KeptRecording[] | null
  readonly trouble: string | null
  /** Of all users of this browser. */
  readonly count: number
  readonly bytes: number
  readonly maxCount: number
  readonly maxBytes: number
}

export function useKeptRecordings(recordings: RecordingClient): KeptRecordings {
  const { kept, trouble } = useRecordingsState(recordings)
  const viewer = useViewer()
  useEffect(() => void recordings.refresh(), [recordings])
  return useMemo(
    () => ({
      kept:
        kept
          ?.filter((recording) => recording.viewer === viewer)
          .map((recording) => ({
            recording,
            name: recordingFileName(recording),
            source: recording.source,
            window: recording.window,
            records: recording.records,
            bytes: recording.packedBytes,
            isCut: recording.state !== 'ended',
            file: () => recordings.file(recording.id),
            rename: (name) => recordings.rename(recording.id, name),
            remove: () => recordings.remove(recording.id),
            settle: () => recordings.settle(recording.id),
          })) ?? null,
      trouble,
      count: kept?.length ?? 0,
      bytes: kept?.reduce((sum, { packedBytes }) => sum + packedBytes, 0) ?? 0,
      maxCount: MAX_KEPT,
      maxBytes: MAX_KEPT_BYTES,
    }),
    [kept, trouble, viewer, recordings],
  )
}
