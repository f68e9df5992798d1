import { type RefObject, useEffect, useState } from 'react'

export interface BoxSize {
  readonly width: number
  readonly height: number
}

/** The size of an element in whole pixels, kept up to date; 0 until it was measured, which forces no layout. */
export function useBoxSize(box: RefObject<HTMLElement | null>): BoxSize {
  const [size, setSize] = useState<BoxSize>({ width: 0, height: 0 })
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      const { width, height } = entry.contentRect
      setSize({ width: Math.floor(width), height: Math.floor(height) })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [box])
  return size
}
