/** The acts of which a trace can be recorded; the command's help names them too, before anything is bundled. */
export const ACTS = /** @type {const} */ ([
  'start',
  'open',
  'filter',
  'sort',
  'jump',
  'letter',
  'scroll',
  'live',
  'capture',
])
