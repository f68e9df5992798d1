import type { MouseEvent } from 'react'

/** Whether a modifier key asks the browser to open the link in another tab or window, or to save it. */
export function isForBrowser({ ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean {
  return ctrlKey || metaKey || shiftKey || altKey
}
