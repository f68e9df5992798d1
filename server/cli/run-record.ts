/** Runs `flowtrace record`. */
import type { Writable } from 'node:stream'
import { unreachable } from '../../src/lib/assert.ts'
import { type Clock, systemClock } from '../../src/lib/clock.ts'
import { formatBytes, formatCount, formatPlural } from '../../src/lib/format.ts'
import { visibleText } from '../../src/lib/visible-text.ts'
import { startDemoCluster } from '../demo/demo-cluster.ts'
import { ClusterAccessError } from '../kubectl/access-error.ts'
import { openKubectlAccess } from '../kubectl/kubectl-access.ts'
import { compressionOf } from '../lib/compressors.ts'
import { errorCode } from '../lib/error-code.ts'
import type { Log } from '../lib/log.ts'
import { UsageError } from '../lib/usage-error.ts'
import { captureHeader, headerLine } from '../record/capture-lines.ts'
import { recordMatcher } from '../record/record-matcher.ts'
import { RecordingOutput } from '../record/recording-output.ts'
import { FileExistsError, RotatedFiles, streamFiles } from '../record/output-files.ts'
import { Recorder } from '../record/recorder.ts'
import type { UpstreamOptions } from '../upstream/upstream.ts'
import { openRedaction } from './output-redaction.ts'
import type { RecordCommand, RecordedSource } from './record-options.ts'
import { checkCredentials } from './served-source-opening.ts'
import { StartError } from './start-error.ts'

export interface RecordStreams {
  readonly stdout: Writable
  /** `isTTY` is undefined where it is no terminal. */
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

export interface RecordContext {
  readonly streams: RecordStreams
  /** Ends the recording in good order. */
  readonly signal: AbortSignal
  readonly log: Log
  readonly version: string
  readonly clock?: Clock
}

const PROGRESS_MS = 1000

/**
 * Resolves with the exit status: 1 when Goldmane was never reached, or else 0. Throws {@link UsageError} for a file or
 * certificates that cannot be used, {@link StartError} for a cluster that cannot be reached by kubectl and for an output
 * that cannot be written any longer.
 */
export async function runRecord(command: RecordCommand, context: RecordContext): Promise<0 | 1> {
  const { streams, signal, log, version, clock = systemClock } = context
  const { path, maxBytes, filterText } = command
  const redaction = await openRedaction(command.redaction, streams.stderr)
  const source = await openRecorded(command.source, log)
  try {
    const files = path === null ? streamFiles(streams.stdout) : await openFiles(path, command.maxFiles)
    const { cluster, kind, title, server } = source
    const output = new RecordingOutput({
      files,
      compression: path === null ? 'none' : compressionOf(path),
      maxBytes,
      header: (from) =>
        headerLine(
          redaction.header(
            captureHeader({
              tool: `flowtrace ${version}`,
              source: { kind, name: title },
              cluster,
              server,
              from,
              filter: filterText,
            }),
          ),
        ),
    })
    const recorder = new Recorder({
      upstream: source.upstream,
      ringBytes: source.ringBytes,
      output,
      matches: recordMatcher(command.filter, clock),
      redact: command.redaction === null ? null : redaction.flow,
      log,
      clock,
    })
    const startedAt = clock.now()
    const seconds = () => (clock.now() - startedAt) / 1000
    const stopProgress = showProgress(recorder, streams.stderr, clock, seconds)
    const ending = endOf(signal, command.duration, clock)
    try {
      await recorder.run(ending.signal)
    } catch (error) {
      if (!isSystemError(error)) throw error
      // The reader of a pipe has enough, as in `flowtrace record --out - | head`.
      if (path === null && errorCode(error) === 'EPIPE') return 0
      throw cannotWrite(error, path, recorder)
    } finally {
      ending.clear()
      stopProgress()
    }
    const removed = files instanceof RotatedFiles ? files.removed : 0
    streams.stderr.write(`${summaryOf(recorder, path, seconds(), removed)}\n`)
    await redaction.end()
    return reached(recorder, streams.stderr)
  } finally {
    await source.close()
  }
}

interface OpenedSource {
  readonly upstream: UpstreamOptions
  readonly ringBytes: number
  /** The first line of the file names these. `server` is the address of the Goldmane, where it stays the same. */
  readonly kind: 'live' | 'demo'
  readonly cluster: string
  readonly title: string
  readonly server: string | null
  close(): Promise<void>
}

async function openRecorded(source: RecordedSource, log: Log): Promise<OpenedSource> {
  switch (source.kind) {
    case 'demo': {
      const demo = await startDemoCluster(source.step)
      return {
        upstream: { url: demo.url },
        ringBytes: source.memory,
        kind: 'demo',
        cluster: 'demo',
        title: 'demo cluster',
        server: null,
        close: () => demo.close(),
      }
    }
    case 'goldmane': {
      const { name, title, upstream, memory } = source.cluster
      await checkCredentials(upstream.tls)
      const { url } = upstream
      return {
        upstream,
        ringBytes: memory,
        kind: 'live',
        cluster: name,
        title,
        server: url,
        close: async () => {},
      }
    }
    case 'kubectl':
      try {
        const access = await openKubectlAccess({ ...source, log })
        const { upstream, context } = access
        return {
          upstream,
          ringBytes: source.memory,
          kind: 'live',
          cluster: context,
          title: context,
          // It is that of a forwarded port, which means nothing to others.
          server: null,
          close: () => access.close(),
        }
      } catch (error) {
        if (!(error instanceof ClusterAccessError)) throw error
        throw new StartError(error.message, { cause: error, commands: error.commands })
      }
    default:
      return unreachable(source, 'source')
  }
}

async function openFiles(path: string, maxFiles: number): Promise<RotatedFiles> {
  try {
    return await RotatedFiles.open(path, maxFiles)
  } catch (error) {
    const shown = visibleText(path)
    if (error instanceof FileExistsError)
      throw new UsageError(`${shown} is there already, and is not written over`, { cause: error })
    throw new UsageError(`${shown} cannot be written (${errorCode(error)})`, { cause: error })
  }
}

/** Aborts with the signal, and after the duration (milliseconds). */
function endOf(signal: AbortSignal, duration: number | null, clock: Clock) {
  const end = new AbortController()
  const abort = () => end.abort()
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  const cancel = duration === null ? () => {} : clock.after(duration, abort)
  return {
    signal: end.signal,
    clear: () => {
      cancel()
      signal.removeEventListener('abort', abort)
    },
  }
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error
}

function cannotWrite(error: Error, path: string | null, { counts }: Recorder): StartError {
  const name = path === null ? 'Standard output' : visibleText(path)
  const code = errorCode(error)
  const why = code === 'ENOSPC' || code === 'EDQUOT' ? `the disk is full (${code})` : code
  const kept = `what was written before is whole: ${formatPlural(counts.records, 'record')}`
  return new StartError(`${name} can no longer be written: ${why}; ${kept}`, { cause: error })
}

/** Shows how far the recording is, in one line of a terminal. Returns how it is taken away. */
function showProgress(
  recorder: Recorder,
  stderr: RecordStreams['stderr'],
  clock: Clock,
  seconds: () => number,
): () => void {
  if (stderr.isTTY !== true) return () => {}
  const show = () => {
    const { records, bytes } = recorder.counts
    const { state } = recorder.status
    const size = `${formatPlural(records, 'record')}, ${formatBytes(bytes)}`
    stderr.write(`\r\u001B[K${size} in ${formatDuration(seconds())}, ${state}`)
    cancel = clock.after(PROGRESS_MS, show)
  }
  let cancel = clock.after(PROGRESS_MS, show)
  return () => {
    cancel()
    stderr.write('\r\u001B[K')
  }
}

function summaryOf({ counts }: Recorder, path: string | null, seconds: number, removed: number): string {
  const { records, bytes, gaps, duplicates, filteredOut, malformed, dropped } = counts
  const parts = [
    `${formatPlural(records, 'record')} (${formatBytes(bytes)}) in ${formatDuration(seconds)}`,
    formatPlural(gaps, 'gap'),
    `${formatPlural(duplicates, 'duplicate')} left out`,
    ...(filteredOut > 0 ? [`${formatCount(filteredOut)} not of the filter`] : []),
    ...(malformed > 0 ? [`${formatCount(malformed)} unreadable`] : []),
    ...(dropped > 0 ? [`${formatCount(dropped)} lost`] : []),
    ...(removed > 0 ? [`${formatPlural(removed, 'older file')} removed`] : []),
  ]
  return `Recorded to ${path === null ? 'standard output' : visibleText(path)}: ${parts.join(', ')}.`
}

/** `1:02:03`, hours and more. */
function formatDuration(seconds: number): string {
  const whole = Math.floor(seconds)
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return parts.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}

function reached(recorder: Recorder, stderr: Writable): 0 | 1 {
  if (recorder.wasReached) return 0
  const { state, cause } = recorder.status
  stderr.write(`flowtrace: Goldmane was never reached: ${cause ?? state}.\n`)
  return 1
}
