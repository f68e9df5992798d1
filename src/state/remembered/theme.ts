/** Light, dark, or as the system says; public/theme.js has set it before the first paint already. */
import { useEffect } from 'react'

import { type Preferences, usePreferences } from './preferences.ts'

export type Theme = Preferences['theme']

const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' }

/** What the theme changes to: round all three. */
export function nextTheme(theme: Theme): Theme {
  return NEXT[theme]
}

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
