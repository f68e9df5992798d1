import type { LinkTone } from './summary-links.ts'

/** The class names of a link's words. */
export const LINK_TONES: Readonly<Record<LinkTone, string>> = {
  deny: 'font-semibold text-deny',
  staged: 'font-semibold text-staged',
  plain: 'font-medium text-ink',
}
