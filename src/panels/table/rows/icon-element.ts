import { ICON_PATHS, type IconName } from '../../../ui/icon-paths.ts'
import { newShape, setAttribute } from './dom-changes.ts'

/** What is drawn in a box of a fixed size: the browser need not look whether it reaches beyond it. */
export const CONTAINED = 'shrink-0 contain-strict'

export interface IconElement {
  readonly element: SVGSVGElement
  readonly show: (name: IconName) => void
}

/** What `ui/Icon.tsx` draws, for rows, which React does not draw. */
export function newIcon(name: IconName, className: string): IconElement {
  const path = newShape('path', { d: ICON_PATHS[name] })
  const element = newShape(
    'svg',
    {
      viewBox: '0 0 16 16',
      class: `${CONTAINED} ${className}`,
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': 1.6,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
      'aria-hidden': 'true',
    },
    path,
  )
  return { element, show: (other) => setAttribute(path, 'd', ICON_PATHS[other]) }
}
