/** Codec of the header `grpc-timeout`: at most eight digits and a unit (grpc/grpc, doc/PROTOCOL-HTTP2.md). */

const UNIT_MILLISECONDS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
}

const MAX_EIGHT_DIGITS = 99_999_999

/** Milliseconds; null when the text is not a timeout. */
export function parseTimeout(text: string): number | null {
  const match = /^(\d{1,8})([HMSmun])$/.exec(text)
  const unit = UNIT_MILLISECONDS[match?.[2] ?? '']
  return match === null || unit === undefined ? null : Number(match[1]) * unit
}

/** The header text of a time in milliseconds, rounded up to a number of at most eight digits. */
export function printTimeout(milliseconds: number): string {
  const whole = Math.max(0, Math.ceil(milliseconds))
  if (whole <= MAX_EIGHT_DIGITS) return `${whole}m`
  const seconds = Math.ceil(whole / 1000)
  return seconds <= MAX_EIGHT_DIGITS ? `${seconds}S` : `${Math.ceil(seconds / 3600)}H`
}
