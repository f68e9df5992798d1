/**
 * The salt by which exports of this browser replace names, remembered so that the same name has the same stand-in
 * tomorrow. It leaves this browser only by the reader's own hands, who may share it with the team.
 */
import { useSyncExternalStore } from 'react'

import { readJson, Remembered } from './remembered.ts'

/** As in the terminal's --salt-file: shorter ones could be guessed. */
export const MIN_SALT_LENGTH = 16
const MAX_SALT_LENGTH = 4096

/** Why a text is no salt; null when it is one. */
export function saltFault(text: string): string | null {
  const { length } = text.trim()
  if (length < MIN_SALT_LENGTH) return `At least ${MIN_SALT_LENGTH} characters; it has ${length}.`
  return length > MAX_SALT_LENGTH ? `At most ${MAX_SALT_LENGTH} characters.` : null
}

/** The salt in a stored text; null where there is none. */
export function parseSalt(text: string | null): string | null {
  const stored = readJson(text)
  return typeof stored === 'string' && saltFault(stored) === null ? stored : null
}

/** 32 random bytes in hex, as the terminal makes them. */
function newSalt(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const salt = new Remembered('flowtrace.redaction-salt', parseSalt)

/** The salt; made, and remembered, if there is none yet. */
export function ensureSalt(): string {
  const known = salt.get()
  if (known !== null) return known
  const made = newSalt()
  salt.set(made)
  return made
}

/** Takes another salt, such as the team's. It is one that {@link saltFault} has nothing against. */
export function setSalt(text: string): void {
  salt.set(text.trim())
}

/** Null until one was needed. */
export function useSalt(): string | null {
  return useSyncExternalStore(salt.subscribe, salt.get)
}
