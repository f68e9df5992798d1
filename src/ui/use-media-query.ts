import { useSyncExternalStore } from 'react'

/** A phone held upright: the screens stand at its foot, and the answer is a page of its own. */
export const PHONE = '(width < 40rem)'

/** Whether a CSS media query matches, kept up to date. */
export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = window.matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    () => window.matchMedia(query).matches,
  )
}
