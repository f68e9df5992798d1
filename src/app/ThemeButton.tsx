import { setPreferences, usePreferences } from '../state/remembered/preferences.ts'
import { nextTheme } from '../state/remembered/theme.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'

export function ThemeButton() {
  const { theme } = usePreferences()
  return (
    <Button
      aria-label={`Theme: ${theme}. Change to ${nextTheme(theme)}`}
      title={`Theme: ${theme}`}
      onClick={() => setPreferences({ theme: nextTheme(theme) })}
      className="w-7 px-0"
    >
      <Icon name="theme" />
    </Button>
  )
}
