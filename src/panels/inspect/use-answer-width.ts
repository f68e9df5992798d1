import { MIN_ANSWER_WIDTH, usePreferences } from '../../state/remembered/preferences.ts'
import { useMediaQuery } from '../../ui/use-media-query.ts'

/** A window with room for a wider answer; the place that waits for the answer follows it too (`--width-answer`). */
const ROOMY = '(min-width: 90rem)'
const ROOMY_ANSWER_WIDTH = 440

/**
 * The width of the answer beside the list, in pixels: the reader's choice, or else as wide as the window allows with a
 * list of two lines beside it (at 1280 px that needs 640).
 */
export function useAnswerWidth(): number {
  const { answerWidth } = usePreferences()
  const isRoomy = useMediaQuery(ROOMY)
  return answerWidth ?? (isRoomy ? ROOMY_ANSWER_WIDTH : MIN_ANSWER_WIDTH)
}
