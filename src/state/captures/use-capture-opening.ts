import { useState, useSyncExternalStore } from 'react'

import { lazyChunk } from '../../lib/preload.ts'
import type { Source } from '../client/flowtrace.ts'
import type { StoreClient } from '../client/store-client.ts'
import { navigation, useViewPart } from '../view/navigation.ts'
import { CaptureOpening, type OpeningState } from './capture-opening.ts'

const openedKeeper = lazyChunk(() => import('./keep-opened.ts'))
const bundleOpener = lazyChunk(() => import('./open-bundle.ts'))
const policyTaker = lazyChunk(() => import('./take-policies.ts'))

/** The one opening of the page, and the source of the capture in the address once the reader has opened its file. */
export function useCaptureOpening(client: StoreClient): {
  readonly opening: CaptureOpening
  readonly source: Source | null
} {
  const [opening] = useState(
    () =>
      new CaptureOpening({
        prepare: () => client.checks.prepare(),
        check: (file, signal) => client.checks.check(file, signal),
        // Without the chunk a bundle is opened as any other file.
        openBundle: (file, signal) =>
          bundleOpener().then(
            (chunk) => chunk.openBundleOf(client, file, signal),
            () => null,
          ),
        // Without the chunk they are no captures.
        takePolicies: (files, signal) =>
          policyTaker().then(
            (chunk) => chunk.takePoliciesOf(client, files, signal),
            () => files,
          ),
        wanted: () => navigation.parsed().view.capture,
        navigate: navigation.navigate,
        open: (source) => client.open(source.open),
        // Without the chunk the reader chooses the file again after a reload.
        keep: (id, files) =>
          void openedKeeper().then(
            ({ keepOpened }) => keepOpened(id, files),
            () => undefined,
          ),
      }),
  )
  const capture = useViewPart((view) => view.capture)
  useSyncExternalStore(opening.opened.subscribe, opening.opened.get)
  return { opening, source: capture === null ? null : opening.sourceOf(capture) }
}

export function useOpeningState(opening: CaptureOpening): OpeningState {
  return useSyncExternalStore(opening.state.subscribe, opening.state.get)
}
