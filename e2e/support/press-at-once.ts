import type { Page } from '@playwright/test'

/**
 * Presses keys, such as `d` and `Control+k`, without waiting for the page in between, as fast hands on a busy machine do. A
 * key of the keyboard that comes twice, as `?` and `/` are one, is a repetition the second time.
 */
export async function pressAtOnce(page: Page, keys: readonly string[]): Promise<void> {
  const { keyboard } = page
  await Promise.all(
    keys.flatMap((chord) => {
      const parts = chord.split('+')
      const modifiers = parts.slice(0, -1)
      return [
        ...modifiers.map((key) => keyboard.down(key)),
        keyboard.press(parts.at(-1) ?? ''),
        ...modifiers.map((key) => keyboard.up(key)),
      ]
    }),
  )
}
