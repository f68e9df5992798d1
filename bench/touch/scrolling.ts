/** Scrolls a table steadily by the wheel, and looks at each frame: how long after the last one, and whether rows lack. */
import type { Page } from '@playwright/test'

/** Pixels a second: a reader who skims. */
const SPEED = 2400
const DISTANCE = 7200

export interface Scrolling {
  /** Milliseconds between the frames of the scrolling. */
  readonly frames: readonly number[]
  /** The frames in which a part of the viewport had a placeholder or no row. */
  readonly blank: number
}

/**
 * Runs in the page: begins to look at each frame. A frame counts from the first one in which the table has scrolled. What
 * is drawn is read when the frame begins, after its scroll event: React renders that event in a task after the frame.
 */
function watchFrames(): void {
  const table = document.querySelector('[role=grid]')
  if (!(table instanceof HTMLElement)) throw new Error('the table is not there')
  const isBlank = (): boolean => {
    const rows = [
      ...table.querySelectorAll<HTMLElement>('[role=row][aria-rowindex]:not([aria-rowindex="1"])'),
    ]
    const [first] = rows
    if (first === undefined) return true
    const height = first.offsetHeight
    const tops = rows
      .filter((row) => row.getAttribute('aria-busy') !== 'true')
      .map((row) => Number.parseFloat(row.style.top))
      .toSorted((a, b) => a - b)
    const heading = table.querySelector<HTMLElement>('[aria-rowindex="1"]')?.offsetHeight ?? 0
    // The heading is sticky above the rows, so that their element begins below it.
    const from = table.scrollTop
    const to = from + table.clientHeight - heading
    let covered = from
    for (const top of tops) if (top <= covered + 1 && top + height > covered) covered = top + height
    return covered < to - 1
  }
  const watch = { frames: [] as number[], blank: 0, isOn: true }
  const start = table.scrollTop
  let last = Number.NaN
  const frame = (time: number): void => {
    if (!watch.isOn) return
    if (table.scrollTop !== start) {
      if (!Number.isNaN(last)) watch.frames.push(time - last)
      last = time
      if (isBlank()) watch.blank++
    }
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  Object.assign(window, { scrollWatch: watch })
}

/** Scrolls down from where the table is. */
export async function scrollDown(page: Page): Promise<Scrolling> {
  const box = await page.locator('[role=grid]').boundingBox()
  if (box === null) throw new Error('the table is not on the screen')
  const session = await page.context().newCDPSession(page)
  await page.evaluate(watchFrames)
  await session.send('Input.synthesizeScrollGesture', {
    x: Math.round(box.x + box.width / 2),
    y: Math.round(box.y + box.height / 2),
    yDistance: -DISTANCE,
    speed: SPEED,
    gestureSourceType: 'mouse',
  })
  await session.detach()
  return page.evaluate(() => {
    const watch = (window as unknown as { scrollWatch: Scrolling & { isOn: boolean } }).scrollWatch // left there
    watch.isOn = false
    return { frames: watch.frames, blank: watch.blank }
  })
}
