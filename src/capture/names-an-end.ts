import type { FlowKey } from '../flows/flow.ts'

/** A trace alone, which people copy from a dashboard, names no end. The reader takes no flow without a name. */
export function namesAnEnd({ sourceName, destName }: FlowKey): boolean {
  return sourceName !== '' || destName !== ''
}
