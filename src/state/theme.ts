/** Light, dark, or as the system says; public/theme.js has set it before the first paint already. */
import { useEffect } from 'react'

import { usePreferences } from './preferences.ts'

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
