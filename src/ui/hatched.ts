/** The look of what is not known. */
export const HATCHED =
  'border border-line bg-[repeating-linear-gradient(135deg,var(--sunken)_0_3px,transparent_3px_6px)] text-muted'
