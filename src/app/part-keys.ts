/** The keys that the parts of the screen handle themselves. Those of the commands are in the command table. */
import type { HintedPart } from './frame-parts.ts'

export interface PartKey {
  readonly caps: readonly string[]
  readonly words: string
}

/** The first ones stand in the footer too, while the part has the focus. */
export const PART_KEYS: Readonly<Record<HintedPart, readonly PartKey[]>> = {
  top: [{ caps: ['←', '→'], words: 'move' }],
  query: [
    { caps: ['Enter'], words: 'apply' },
    { caps: ['Esc'], words: 'to the list' },
    { caps: ['←', '→'], words: 'at the ends of the text: chips, buttons' },
  ],
  timeline: [
    { caps: ['←', '→'], words: 'from bar to bar' },
    { caps: ['Shift', '→'], words: 'select' },
    { caps: ['+', '−'], words: 'zoom' },
    { caps: ['↓'], words: 'what bars show' },
  ],
  replay: [
    { caps: ['Space'], words: 'play, pause' },
    { caps: ['.', ','], words: 'step 15 s' },
    { caps: ['<', '>'], words: 'slower, faster' },
    { caps: ['n'], words: 'next new denial' },
  ],
  strip: [
    { caps: ['←', '→'], words: 'move' },
    { caps: ['Space'], words: 'filter for these' },
  ],
  facets: [
    { caps: ['↑', '↓'], words: 'move' },
    { caps: ['Space'], words: 'filter by the value' },
    { caps: ['→'], words: 'only, without' },
  ],
  tools: [
    { caps: ['←', '→'], words: 'move' },
    { caps: ['↑', '↓'], words: 'choose in a list' },
  ],
  answer: [
    { caps: ['Space'], words: 'scroll' },
    { caps: ['1', '–', '5'], words: 'unfold' },
    { caps: ['↑', '↓'], words: 'move' },
    { caps: ['Esc'], words: 'back to the row' },
  ],
}
