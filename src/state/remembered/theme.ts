/** The theme: light, dark, or that of the system. `public/first-paint.js` applies it before the first paint. */
import { useEffect } from 'react'

import { type Preferences, usePreferences } from './preferences.ts'

export type Theme = Preferences['theme']

const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' }

/** The theme after this one, in a cycle through all three. */
export function nextTheme(theme: Theme): Theme {
  return NEXT[theme]
}

/** Applies the theme to the document, and follows the system's. */
export function useTheme(): void {
  const { theme } = usePreferences()
  useEffect(() => {
    const system = window.matchMedia('(prefers-color-scheme: dark)')
    const apply = () => {
      const dark = theme === 'dark' || (theme === 'system' && system.matches)
      document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
    }
    apply()
    system.addEventListener('change', apply)
    return () => system.removeEventListener('change', apply)
  }, [theme])
}
