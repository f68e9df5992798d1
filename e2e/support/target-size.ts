import { expect, type Page } from '@playwright/test'

/** CSS pixels (WCAG 2.2, success criterion 2.5.8). */
const MIN_TARGET_PX = 24

/**
 * Expects each interactive element on the screen to be at least 24 by 24 px, or a circle of 24 px around its middle to
 * touch no other target (the criterion's exception for spacing). A link inside a sentence is excepted, as there.
 */
export async function expectTargetSizes(page: Page): Promise<void> {
  const small = await page.evaluate((min) => {
    const selector =
      'a[href],button,input,select,textarea,summary,[role=button],[role=tab],[role=option],[role=menuitem],[role=slider],[role=separator][tabindex]'
    const boxes = [...document.querySelectorAll<HTMLElement>(selector)].flatMap((element) => {
      const target = element.closest<HTMLElement>('label') ?? element
      const { x, y, width, height } = target.getBoundingClientRect()
      const style = getComputedStyle(element)
      const isShown =
        width > 1 &&
        height > 1 &&
        style.visibility !== 'hidden' &&
        target.checkVisibility({ opacityProperty: false })
      const inText = style.display === 'inline' && /^(?:P|LI|DD)$/.test(element.parentElement?.tagName ?? '')
      if (!isShown || inText || element.closest('[inert],[aria-hidden=true]') !== null) return []
      if (x + width <= 0 || y + height <= 0 || x >= innerWidth || y >= innerHeight) return []
      return [{ element, x, y, width, height }]
    })
    return boxes.flatMap((box) => {
      // A part of a pixel is lost where a box is placed between two.
      if (box.width >= min - 0.5 && box.height >= min - 0.5) return []
      const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2]
      const crowded = boxes.some((other) => {
        if (other === box || other.element.contains(box.element) || box.element.contains(other.element))
          return false
        const right = Math.max(other.x - cx, 0, cx - other.x - other.width)
        const down = Math.max(other.y - cy, 0, cy - other.y - other.height)
        return Math.hypot(right, down) < min / 2
      })
      const { element } = box
      const name = element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40) ?? ''
      return crowded
        ? [`${element.tagName} “${name}”: ${Math.round(box.width)} × ${Math.round(box.height)}`]
        : []
    })
  }, MIN_TARGET_PX)
  expect(small, 'targets smaller than 24 px').toEqual([])
}
