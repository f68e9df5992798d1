/**
 * What moved on the screen, by two measures that see different things. The browser's own (Layout Instability API) knows
 * every pixel and every text, but names at most five elements of a frame, none that moved by less than 3 pixels, and none
 * that a transform moved. So the boxes of all elements are compared from frame to frame as well.
 */
import { expect, type Page } from '@playwright/test'

/** An element that moved, in words: its name, and the pixels to the right and down. */
type Move = string

/** The parts of the frame (`data-part`) in which something may move. */
export type Part = 'query' | 'list' | 'tools' | 'answer'

export interface MovementWatch {
  /**
   * Expects that nothing moved since the last call, whether after input or by itself. `besides`: parts that the reader has
   * just changed as a whole, as the list by opening a row beside it.
   */
  expectNone: (what: string, besides?: readonly Part[]) => Promise<void>
}

interface ShiftEntry extends PerformanceEntry {
  readonly sources: readonly {
    readonly node: Node | null
    readonly previousRect: DOMRectReadOnly
    readonly currentRect: DOMRectReadOnly
  }[]
}

/**
 * Watches what moves on the page from now on. What counts is what a pointer could miss,
 * or an eye lose, because it was there before and is there now, somewhere else:
 *
 * - What was not visible before has appeared, and what is gone has gone. What they pushed aside has moved, and counts.
 * - What keeps one of its corners has grown or shrunk in its place, as a number that is aligned to the right. What stood
 *   beside it and made room has moved, and counts.
 * - What stands in a row that now shows another record, at a place of a facet that now shows another value, beneath another headline of the answer, or in a notice or a list
 *   of findings with another text has been replaced. The row itself, the answer, the notice and the list count.
 */
export async function watchLayoutShifts(page: Page): Promise<MovementWatch> {
  const watch = await page.evaluateHandle(() => {
    type Box = Readonly<Record<'x' | 'y' | 'width' | 'height', number>>
    /** So many pixels are a difference of rounding. */
    const SLACK = 1
    const near = (a: number, b: number) => Math.abs(a - b) <= SLACK
    const keepsCorner = (a: Box, b: Box) =>
      (near(a.x, b.x) || near(a.x + a.width, b.x + b.width)) &&
      (near(a.y, b.y) || near(a.y + a.height, b.y + b.height))
    const isEmpty = ({ width, height }: Box) => width * height === 0
    /** What a row, the answer, a notice or a list of findings is about. */
    // Within the function that the page runs, which sees nothing outside of it.
    // oxlint-disable-next-line unicorn/consistent-function-scoping
    const subjectOf = (of: Element) =>
      of.getAttribute('data-record') ??
      of.getAttribute('data-value') ??
      of.querySelector('h2')?.textContent ??
      of.textContent
    // oxlint-disable-next-line unicorn/consistent-function-scoping
    const holderOf = (element: Element) =>
      element.parentElement?.closest(
        '[data-record], [data-value], [role=listbox], [role=alert], aside[aria-label=Flow]',
      ) ?? null
    let moved: { readonly part: string | null; readonly words: Move }[] = []
    const report = (element: Element, before: Box, after: Box, by: string) => {
      const name = element.getAttribute('aria-label') ?? element.textContent.slice(0, 40)
      const [right, down] = [after.x - before.x, after.y - before.y].map((pixels) => Math.round(pixels))
      moved.push({
        part: element.closest('[data-part]')?.getAttribute('data-part') ?? null,
        words: `${element.tagName.toLowerCase()} "${name}": ${right} right, ${down} down (${by})`,
      })
    }

    /** What each row, answer, notice and list was about in the last frame, and when that changed. */
    let subjects = new Map<Element, string>()
    const changedAt = new Map<Element, number>()
    /**
     * The browser's own measure is of a frame that is over, on a loaded machine long ago: `at` is the time of that frame,
     * and what the frame replaced was found replaced at the frame's beginning, or by the next comparison.
     */
    const isJustReplaced = (element: Element, at: number) => {
      const holder = holderOf(element)
      if (holder === null) return false
      const isNewer = subjects.get(holder) !== subjectOf(holder)
      return isNewer || Math.abs(at - (changedAt.get(holder) ?? -Infinity)) < 500
    }
    let boxes = new Map<Element, DOMRect>()
    const compare = () => {
      const next = new Map<Element, DOMRect>()
      const nextSubjects = new Map<Element, string>()
      const changed = new Set<Element>()
      for (const element of document.querySelectorAll('*')) {
        if (element.closest('svg') !== null || !element.checkVisibility({ visibilityProperty: true }))
          continue
        const after = element.getBoundingClientRect()
        if (isEmpty(after)) continue
        next.set(element, after)
        const holder = holderOf(element)
        if (holder !== null && !nextSubjects.has(holder)) {
          nextSubjects.set(holder, subjectOf(holder))
          if (subjects.get(holder) !== nextSubjects.get(holder)) changedAt.set(holder, performance.now())
        }
        const before = boxes.get(element)
        if (before === undefined || keepsCorner(before, after)) continue
        changed.add(element)
        // Whoever contains it has moved it, and is reported.
        const isCarried = element.parentElement !== null && changed.has(element.parentElement)
        const isReplaced = holder !== null && subjects.get(holder) !== nextSubjects.get(holder)
        if (!isCarried && !isReplaced) report(element, before, after, 'from frame to frame')
      }
      boxes = next
      subjects = nextSubjects
    }
    const takeShifts = (entries: PerformanceEntryList) => {
      for (const entry of entries) {
        // The type of the observed entries is known by their name alone.
        for (const { node, previousRect: before, currentRect: after } of (entry as ShiftEntry).sources) {
          const element = node instanceof Element ? node : (node?.parentElement ?? null)
          if (element === null || isEmpty(before) || keepsCorner(before, after)) continue
          if (element.closest('svg') === null && !isJustReplaced(element, entry.startTime))
            report(element, before, after, 'by the browser’s measure')
        }
      }
    }
    const observer = new PerformanceObserver((list) => takeShifts(list.getEntries()))
    observer.observe({ type: 'layout-shift' })
    compare()
    // Only after a change, because it reads the boxes of thousands of elements.
    let isScheduled = false
    new MutationObserver(() => {
      if (isScheduled) return
      isScheduled = true
      requestAnimationFrame(() => {
        isScheduled = false
        compare()
      })
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
    return {
      /** What moved since the last call, and no part of `besides` contains. */
      taken: (besides: readonly string[]): readonly Move[] => {
        takeShifts(observer.takeRecords())
        compare()
        const taken = moved.filter(
          ({ part: movedPart }) => movedPart === null || !besides.includes(movedPart),
        )
        moved = []
        return taken.map(({ words }) => words)
      },
    }
  })
  return {
    expectNone: async (what, besides = []) => {
      // A shift is reported after the frame that showed it.
      const moves = await watch.evaluate(
        ({ taken }, parts) =>
          new Promise<readonly Move[]>((resolve) => {
            requestAnimationFrame(() => requestAnimationFrame(() => resolve(taken(parts))))
          }),
        besides,
      )
      expect(moves, `what moved while ${what}`).toEqual([])
    },
  }
}
