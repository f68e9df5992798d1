import { type ComponentType, lazy, memo, useState } from 'react'

import { laterChunk, lazyChunk } from '../lib/preload.ts'

type LoadPart<Props> = () => Promise<ComponentType<Props>>

/**
 * A component that is a chunk of its own, as `lazy()` makes it, but drawn like any other one once it is loaded: React
 * holds back what a Suspense boundary shows for 300 ms after its fallback, and even a loaded `lazy()` component suspends
 * when it is drawn first.
 */
export function lazyPart<Props extends object>(load: LoadPart<Props>): ComponentType<Props> {
  return partOf(load, lazyChunk)
}

/** A {@link lazyPart} that is loaded after the first rows (`holdChunks` in src/lib/preload.ts). */
export function laterPart<Props extends object>(load: LoadPart<Props>): ComponentType<Props> {
  return partOf(load, laterChunk)
}

function partOf<Props extends object>(
  load: LoadPart<Props>,
  declare: typeof lazyChunk,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null
  const loadOnce = declare(async () => {
    loaded = await load()
    return { default: loaded }
  })
  const Lazy: ComponentType<Props> = lazy(loadOnce)
  // Memoised: most parts have no properties, and what they show they ask for themselves.
  return memo(function LazyPart(props: Props) {
    // Kept while it is on the screen: another component in its place would lose its state.
    const [Part] = useState(() => loaded ?? Lazy)
    return <Part {...props} />
  })
}
