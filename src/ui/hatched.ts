/**
 * The ground of what is not known, as a style and no class: the style sheet is loaded before the first rows, and what is
 * hatched after them.
 */
export const HATCHED = {
  backgroundImage: 'repeating-linear-gradient(135deg, var(--line) 0 3px, transparent 3px 6px)',
}
