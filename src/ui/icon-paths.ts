/**
 * The SVG paths of the icons, on a grid of 16 × 16 pixels and in the colour of the text. Icons are hidden from assistive
 * technology; a word stands beside each, or its button has a label.
 */
export const ICON_PATHS = {
  allow: 'M3.5 8.5l3 3 6-7',
  deny: 'M4 4l8 8M12 4l-8 8',
  pass: 'M3 8h8M8 4.5L11.5 8 8 11.5',
  none: 'M4 8h8',
  both: 'M2.5 6.5l2 2 3.5-4M9.5 8.5l4 4M13.5 8.5l-4 4',
  question: 'M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.5M8 12.3v.2',
  close: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  down: 'M4 6l4 4 4-4',
  left: 'M10 4L6 8l4 4',
  up: 'M4 10l4-4 4 4',
  pause: 'M5.5 4v8M10.5 4v8',
  play: 'M5 3.5v9l7-4.5z',
  columns: 'M3 3.5h10v9H3zM6.5 3.5v9M10 3.5v9',
  more: 'M3.5 8v.2M8 8v.2M12.5 8v.2',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  download: 'M8 2.5v7.5M4.8 7L8 10.2 11.2 7M3 13h10',
  open: 'M2.5 12.5v-9h4l1.5 2h5.5v7z',
  copy: 'M5.5 5.5h7v7h-7zM3.5 10.5v-7h7',
  theme: 'M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11',
  link: 'M6.5 9.5l3-3M7 4.5l1.2-1.2a2.6 2.6 0 0 1 3.7 3.7L10.7 8M9 11.5l-1.2 1.2a2.6 2.6 0 0 1-3.7-3.7L5.3 8',
  warning: 'M8 2.5L14 13H2zM8 6.5v3M8 11.2v.2',
  filter: 'M2.5 4h11l-4.3 5v4l-2.4-1.3V9z',
  flag: 'M4.5 14V2.5h8.5l-2.5 3.25L13 9H4.5',
  plus: 'M8 3v10M3 8h10',
  bookmark: 'M4.5 2.5h7v11L8 10.8l-3.5 2.7z',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9M10.3 10.3l3.2 3.2',
  clock: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5.2V8l2 1.4',
  arrow: 'M3 8h10M9.5 4.5L13 8l-3.5 3.5',
} as const

export type IconName = keyof typeof ICON_PATHS
