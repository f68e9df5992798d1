/** Widths of text in the fonts in use, in pixels, measured on a canvas. The fonts are those of the system: none is loaded. */

/** The faces that the table measures: names, a tier, the reason after them, the verdict's word, chips, and numbers. */
export type Face = 'mono' | 'tier' | 'reason' | 'verdict' | 'chip' | 'number'

interface Font {
  readonly style: string
  readonly family: '--font-mono' | '--font-sans'
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
const ASCII_CHARS = 128
/** Other characters whose widths are kept for a face; a record may hold any of Unicode's. */
const MAX_CACHED_CHARS = 1024

let context: CanvasRenderingContext2D | null | undefined
/** What {@link context} was given last; it gives a font back in another spelling. */
let currentFont = ''
/** The fonts of both families by their names, which do not change; null before the first measurement. */
let families: Readonly<Record<Font['family'], string>> | null = null

/** Read once: reading a style lays the page out, which would be done again after each change of a row. */
function readFamilies(): Readonly<Record<Font['family'], string>> {
  const styles = getComputedStyle(document.documentElement)
  const read = (family: Font['family']) => styles.getPropertyValue(family) || 'monospace'
  return { '--font-mono': read('--font-mono'), '--font-sans': read('--font-sans') }
}

function measure(char: string, face: Face): number {
  context ??= document.createElement('canvas').getContext('2d')
  const { style, family, spacing = 0 } = FONTS[face]
  const size = Number(/[\d.]+(?=px)/.exec(style)?.[0] ?? 0)
  if (context === null) return size * (ASSUMED_EMS + spacing)
  families ??= readFamilies()
  const font = `${style} ${families[family]}`
  // Setting a font parses it, also where it is the same.
  if (font !== currentFont) context.font = font
  currentFont = font
  return context.measureText(char).width + size * spacing
}

/** The widths of the characters of a face. Rows measure thousands of them at each answer, most of them of ASCII. */
class FaceWidths {
  readonly #face: Face
  /** NaN for one that was not measured yet. */
  readonly #ascii = new Float64Array(ASCII_CHARS).fill(Number.NaN)
  readonly #others = new Map<string, number>()

  constructor(face: Face) {
    this.#face = face
  }

  widthOf(text: string): number {
    let sum = 0
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code >= ASCII_CHARS) return sum + this.#sumOf(text.slice(i))
      let width = this.#ascii[code] ?? Number.NaN
      if (Number.isNaN(width)) {
        width = measure(String.fromCharCode(code), this.#face)
        this.#ascii[code] = width
      }
      sum += width
    }
    return sum
  }

  /** The same of any text. */
  #sumOf(text: string): number {
    let sum = 0
    for (const char of text) {
      let width = this.#others.get(char)
      if (width === undefined) {
        width = measure(char, this.#face)
        if (this.#others.size >= MAX_CACHED_CHARS) this.#others.clear()
        this.#others.set(char, width)
      }
      sum += width
    }
    return sum
  }
}

const faces = new Map<Face, FaceWidths>()

/**
 * The width of a text in a face: the sum of its characters, so that few of them are measured, and never less than what a
 * font with kerning draws.
 */
export function textWidth(text: string, face: Face): number {
  let widths = faces.get(face)
  if (widths === undefined) {
    widths = new FaceWidths(face)
    faces.set(face, widths)
  }
  return widths.widthOf(text)
}
