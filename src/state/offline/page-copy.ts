import { OfflineCopy } from './offline-copy.ts'

/** The copy of this page. Browsers keep one in a secure context alone: over HTTPS, or from localhost. */
export const pageCopy = new OfflineCopy(isSecureContext ? navigator.serviceWorker : undefined)
