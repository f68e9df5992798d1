/** The names on the screen of captures that were pasted, by the ways to paste them. */
export const PASTED_TRACE = 'pasted trace'
export const PASTED_TEXT = 'pasted text'

export const PASTED_NAMES: ReadonlySet<string> = new Set([PASTED_TRACE, PASTED_TEXT])
