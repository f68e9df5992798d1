/** The panels that are lazy chunks, because the first paint does not need them. */
import { lazy } from 'react'

import { lazyChunk } from '../lib/preload.ts'

export const CaptureWanted = lazy(
  lazyChunk(async () => ({ default: (await import('./captures/CaptureWanted.tsx')).CaptureWanted })),
)
export const FacetRail = lazy(
  lazyChunk(async () => ({ default: (await import('../panels/facets/FacetRail.tsx')).FacetRail })),
)
export const Inspector = lazy(
  lazyChunk(async () => ({ default: (await import('../panels/inspect/Inspector.tsx')).Inspector })),
)
export const Keyboard = lazy(
  lazyChunk(async () => ({ default: (await import('./AppCommands.tsx')).AppCommands })),
)
export const LoginOverlay = lazy(
  lazyChunk(async () => ({ default: (await import('./login/LoginOverlay.tsx')).LoginOverlay })),
)
export const LoginScreen = lazy(
  lazyChunk(async () => ({ default: (await import('./login/LoginScreen.tsx')).LoginScreen })),
)
export const OpeningDialog = lazy(
  lazyChunk(async () => ({ default: (await import('./captures/OpeningDialog.tsx')).OpeningDialog })),
)
export const SourceMenu = lazy(
  lazyChunk(async () => ({ default: (await import('../panels/source/SourceMenu.tsx')).SourceMenu })),
)
export const StagedChanges = lazy(
  lazyChunk(async () => ({ default: (await import('../panels/staged/StagedChanges.tsx')).StagedChanges })),
)
export const UnreachableScreen = lazy(
  lazyChunk(async () => ({
    default: (await import('../panels/source/UnreachableScreen.tsx')).UnreachableScreen,
  })),
)
export const SummaryStrip = lazy(
  lazyChunk(async () => ({ default: (await import('../panels/summary/SummaryStrip.tsx')).SummaryStrip })),
)
export const SummaryMenu = lazy(
  lazyChunk(async () => ({ default: (await import('../panels/summary/SummaryMenu.tsx')).SummaryMenu })),
)
