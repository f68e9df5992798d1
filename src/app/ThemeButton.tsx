import { type Preferences, setPreferences, usePreferences } from '../state/preferences.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'

const NEXT: Readonly<Record<Preferences['theme'], Preferences['theme']>> = {
  system: 'light',
  light: 'dark',
  dark: 'system',
}

export function ThemeButton() {
  const { theme } = usePreferences()
  return (
    <Button
      aria-label={`Theme: ${theme}. Change to ${NEXT[theme]}`}
      title={`Theme: ${theme}`}
      onClick={() => setPreferences({ theme: NEXT[theme] })}
      className="w-7 px-0"
    >
      <Icon name="theme" />
    </Button>
  )
}
