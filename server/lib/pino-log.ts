/** The log as pino writes it: JSON, one object a line, or text for people. */
import { pino } from 'pino'
import type { Log } from './log.ts'

export interface LogOptions {
  readonly format: 'text' | 'json'
  readonly level: 'info' | 'warn' | 'error'
}

/** Where the lines go; each has its newline. */
export interface LogDestination {
  write(line: string): unknown
}

/** Writes in this thread, so that no line is lost when the process ends. */
export function createLog({ format, level }: LogOptions, destination: LogDestination): Log {
  const logger = pino(
    {
      level,
      // Without pid and host name: the container's runtime knows both.
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'event',
      formatters: { level: (name) => ({ level: name }) },
    },
    format === 'json' ? destination : { write: (line) => destination.write(textOf(line)) },
  )
  return {
    info: (event, fields = {}) => logger.info(fields, event),
    warn: (event, fields = {}) => logger.warn(fields, event),
    error: (event, fields = {}) => logger.error(fields, event),
  }
}

/** `2026-11-28T03:38:47.015Z warn goldmane lost cluster=prod cause="DNS gave no answer"` */
function textOf(line: string): string {
  const { level, time, event, ...fields }: Record<string, unknown> = JSON.parse(line)
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${printField(value)}`)
  return `${String(time)} ${String(level)} ${String(event)}${pairs.join('')}\n`
}

/** Quoted, with control characters escaped, unless it is one plain word: a value cannot forge a line. */
function printField(value: unknown): string {
  return typeof value === 'string' && !/^[\w.:/@+-]+$/.test(value) ? JSON.stringify(value) : String(value)
}
