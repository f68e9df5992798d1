/** Widths of text in the fonts in use, in pixels, measured on a canvas. The fonts are those of the system: none is loaded. */

/** The faces that the table measures: names, a tier, the reason after them, the verdict's word, chips, and numbers. */
export type Face = 'mono' | 'tier' | 'reason' | 'verdict' | 'chip' | 'number'

interface Font {
  readonly style: string
  readonly family: string
  /** Letter spacing in ems; 0 where it is left out. */
  readonly spacing?: number
}

const FONTS: Readonly<Record<Face, Font>> = {
  mono: { style: '600 11.5px', family: '--font-mono', spacing: -0.01 },
  tier: { style: '400 11px', family: '--font-mono' },
  reason: { style: '400 11.5px', family: '--font-sans' },
  verdict: { style: '600 13px', family: '--font-sans' },
  chip: { style: '400 11px', family: '--font-sans' },
  number: { style: '400 13px', family: '--font-sans' },
}
/** The width of a character in ems where there is no canvas: that of most monospaced fonts. */
const ASSUMED_EMS = 0.6
/** Characters whose widths are kept; a record may hold any of Unicode's. */
const MAX_CACHED_CHARS = 4096

let context: CanvasRenderingContext2D | null | undefined
const widths = new Map<string, number>()

function measure(char: string, face: Face): number {
  context ??= document.createElement('canvas').getContext('2d')
  const { style, family, spacing = 0 } = FONTS[face]
  const size = Number(/[\d.]+(?=px)/.exec(style)?.[0] ?? 0)
  if (context === null) return size * (ASSUMED_EMS + spacing)
  const families = getComputedStyle(document.documentElement).getPropertyValue(family)
  context.font = `${style} ${families === '' ? 'monospace' : families}`
  return context.measureText(char).width + size * spacing
}

/**
 * The width of a text in a face: the sum of its characters, so that few of them are measured, and never less than what a
 * font with kerning draws.
 */
export function textWidth(text: string, face: Face): number {
  let sum = 0
  for (const char of text) {
    const key = face + char
    let width = widths.get(key)
    if (width === undefined) {
      width = measure(char, face)
      if (widths.size >= MAX_CACHED_CHARS) widths.clear()
      widths.set(key, width)
    }
    sum += width
  }
  return sum
}
