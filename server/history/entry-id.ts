/** The ids of keys with their labels in the history, equal for every gateway that writes them. */
import { hash } from 'node:crypto'
import type { LabelledKey } from '../../src/flows/flow.ts'
import {
  conversationIdentity,
  groupIdentity,
  keyIdentity,
  signatureIdentity,
} from '../../src/flows/identity.ts'
import type { EntryId } from './history-store.ts'

/** Of a key with its labels. The order of the labels does not count. */
export function entryId({ key, sourceLabels, destLabels }: LabelledKey): EntryId {
  return hashOf(JSON.stringify([keyIdentity(key), sourceLabels.toSorted(), destLabels.toSorted()]))
}

/** Of the group that a key belongs to. */
export function groupId({ key }: LabelledKey): bigint {
  return hashOf(groupIdentity(key))
}

/** Of the signature that a key belongs to. */
export function signatureId({ key }: LabelledKey): bigint {
  return hashOf(signatureIdentity(key))
}

/** Of the conversation that a key belongs to. */
export function conversationId({ key }: LabelledKey): bigint {
  return hashOf(conversationIdentity(key))
}

/** The first 64 bits of SHA-256: two of a million entries are equal with a probability of 3 in 10^8. */
function hashOf(text: string): bigint {
  return hash('sha256', text, 'buffer').readBigUInt64BE()
}
