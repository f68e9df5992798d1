/** The short code that Node gives an error (`ECONNREFUSED`, `CERT_HAS_EXPIRED`), or else its message. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
