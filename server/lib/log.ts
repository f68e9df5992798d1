/**
 * The gateway's log. A line says what happened, by an event name that does not change (`goldmane lost`), with fields. It
 * never has a flow, a filter, a token or a header of a request.
 */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>

export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} }
