/** What the headers of one capture say together. It may have several, each of a part. */
import type { CaptureGap, CaptureHeader } from './capture-header.ts'

/** The gaps that any of them names. */
export function recordedGaps(headers: readonly CaptureHeader[]): readonly CaptureGap[] {
  return headers.flatMap(({ gaps }) => gaps ?? [])
}

/** The first reason for which a part is missing; null where nothing is known to be. */
export function whyIncomplete(headers: readonly CaptureHeader[]): string | null {
  return headers.find(({ incomplete }) => incomplete !== null)?.incomplete ?? null
}
