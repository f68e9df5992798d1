import { vi } from 'vitest'

type Told = (entries: { contentRect: { width: number; height: number } }[]) => void

/** Gives every element that is observed this size: jsdom lays nothing out. Until the stubbed globals are put back. */
export function stubBoxSize(contentRect: { readonly width: number; readonly height: number }): void {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly #told: Told
      constructor(told: Told) {
        this.#told = told
      }
      observe(): void {
        this.#told([{ contentRect }])
      }
      unobserve(): void {}
      disconnect(): void {}
    },
  )
}
