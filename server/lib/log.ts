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

/** A log whose every line names the cluster that it is about. */
export function withCluster(log: Log, cluster: string): Log {
  return {
    info: (event, fields) => log.info(event, { cluster, ...fields }),
    warn: (event, fields) => log.warn(event, { cluster, ...fields }),
    error: (event, fields) => log.error(event, { cluster, ...fields }),
  }
}
