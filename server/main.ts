#!/usr/bin/env node
/** The program: runs its command line. Exits with 2 for one that is not valid, with 1 when the server cannot start. */
import { fileURLToPath } from 'node:url'
import { version } from '../package.json'
import { unreachable } from '../src/lib/assert.ts'
import { visibleText } from '../src/lib/visible-text.ts'
import { HELP, parseCommand, type ServeCommand } from './cli/command-line.ts'
import { runFileCommand } from './cli/captures/run-file-command.ts'
import type { CommandContext } from './cli/captures/capture-input.ts'
import { openHistoryPlace } from './cli/history/open-place.ts'
import { runHistoryCommand } from './cli/history/run-history-command.ts'
import { COMPARE_HELP } from './cli/compare/compare-help.ts'
import { runCompare } from './cli/compare/run-compare.ts'
import { EXPLAIN_HELP } from './cli/explain-options.ts'
import { RECORD_HELP, type RecordCommand } from './cli/record-options.ts'
import { REPLAY_HELP, type ReplayCommand } from './cli/replay-options.ts'
import { runCheck } from './cli/policies/run-check.ts'
import { runEval } from './cli/policies/run-eval.ts'
import { runLint } from './cli/policies/run-lint.ts'
import { runExplain } from './cli/run-explain.ts'
import { runRecord } from './cli/run-record.ts'
import { startReplay } from './cli/run-replay.ts'
import { serve } from './cli/serve.ts'
import { StartError } from './cli/start-error.ts'
import { errorCode } from './lib/error-code.ts'
import { UsageError } from './lib/usage-error.ts'
import { createLog } from './lib/pino-log.ts'
import { printConfiguration } from './config/print-configuration.ts'

/** The folder of the built page: this file is built to dist/server/main.js, the page to dist/client. */
const PAGE = fileURLToPath(new URL('../client', import.meta.url))

// EPIPE is no error: in `flowtrace --help | head`, head closes its end once it has read enough.
process.stdout.on('error', (error) => {
  if (errorCode(error) !== 'EPIPE') throw error
})

try {
  await run()
} catch (error) {
  if (error instanceof UsageError) fail(2, [`flowtrace: ${error.message}. --help lists the options.`])
  else if (error instanceof StartError)
    fail(1, [`flowtrace: ${error.message}.`, ...error.commands.map((command) => `  ${command}`)])
  else throw error
}

async function run(): Promise<void> {
  const command = parseCommand(process.argv.slice(2), process.env)
  switch (command.command) {
    case 'help':
      process.stdout.write(HELP)
      return
    case 'explain help':
      process.stdout.write(EXPLAIN_HELP)
      return
    case 'explain':
      process.exitCode = await runExplain(command, process)
      return
    case 'compare help':
      process.stdout.write(COMPARE_HELP)
      return
    case 'compare':
      process.exitCode = await runCompare(command, { streams: process, openHistory: openHistoryPlace })
      return
    case 'record help':
      process.stdout.write(RECORD_HELP)
      return
    case 'record':
      return record(command)
    case 'replay help':
      process.stdout.write(REPLAY_HELP)
      return
    case 'replay':
      return replay(command)
    case 'file command help':
      process.stdout.write(command.text)
      return
    case 'convert':
    case 'merge':
    case 'head':
    case 'stats':
      return runInterruptibly((context) => runFileCommand(command, context))
    case 'history help':
    case 'history ddl':
      process.stdout.write(command.text)
      return
    case 'history import':
    case 'history export':
    case 'history hits':
      return runInterruptibly((context) =>
        runHistoryCommand(command, { ...context, openHistory: openHistoryPlace }),
      )
    case 'policy command help':
      process.stdout.write(command.text)
      return
    case 'eval':
      process.exitCode = await runEval(command, process)
      return
    case 'lint':
      process.exitCode = await runLint(command, process)
      return
    case 'check':
      process.exitCode = await runCheck(command, process)
      return
    case 'version':
      process.stdout.write(`flowtrace ${version}\n`)
      return
    case 'print configuration':
      process.stdout.write(printConfiguration(command.configuration))
      return
    case 'serve':
      return runServer(command)
    default:
      unreachable(command, 'command')
  }
}

/** Calls back at the first signal to end, so that the program can tidy up. A second one ends the process at once. */
function onFirstSignal(callback: () => void): { readonly ignore: () => void } {
  const ignore = () => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
  const stop = () => {
    ignore()
    callback()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return { ignore }
}

async function runInterruptibly(runCommand: (context: CommandContext) => Promise<number>): Promise<void> {
  const interrupted = new AbortController()
  onFirstSignal(() => interrupted.abort())
  process.exitCode = await runCommand({
    streams: process,
    signal: interrupted.signal,
    tool: `flowtrace ${version}`,
  })
}

async function record(command: RecordCommand): Promise<void> {
  const stopping = new AbortController()
  const signals = onFirstSignal(() => stopping.abort())
  // A line of the log takes the place of the line that shows the progress.
  const head = process.stderr.isTTY ? '\r\u001B[K' : ''
  const log = createLog(command.log, { write: (line) => process.stderr.write(`${head}${line}`) })
  process.exitCode = await runRecord(command, { streams: process, signal: stopping.signal, log, version })
  signals.ignore()
}

async function replay(command: ReplayCommand): Promise<void> {
  const running = await startReplay(command, process.stdin)
  for (const note of running.notes) console.log(note)
  console.log(`Goldmane is on ${running.url}`)
  onFirstSignal(() => void running.close())
}

async function runServer(command: ServeCommand): Promise<void> {
  const { 'log-format': format, 'log-level': level } = command.values
  const log = createLog({ format, level }, process.stderr)
  const starting = onFirstSignal(stopEarly)
  const serving = await serve(command, PAGE, { log, version })
  starting.ignore()
  const { url, metricsUrl, notes } = serving
  if (format === 'text') {
    for (const note of notes) console.log(note)
    console.log(`Flowtrace is on ${url}`)
    if (metricsUrl !== null) console.log(`Metrics are on ${metricsUrl}metrics`)
  } else {
    for (const note of notes) log.info('note', { note })
    log.info('listening', { version, url, metrics: metricsUrl })
  }
  onFirstSignal(() => {
    log.info('stopping')
    void serving.close()
  })
}

/** Unlike the default of a signal, this emits `exit`, at which child processes are ended. */
function stopEarly(): void {
  process.exit(1)
}

/** A message may quote arguments, file names and settings, with any character in them. */
function fail(code: number, lines: readonly string[]): void {
  console.error(lines.map(visibleText).join('\n'))
  process.exitCode = code
}
