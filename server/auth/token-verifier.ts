import type { Refusal } from './access-refusal.ts'
import type { Viewer } from './viewer.ts'

/** Judges the tokens of a mode in which users log in with one. */
export interface TokenVerifier {
  /** What to log in with, in a sentence for the login page. */
  readonly hint: string
  /** What a user without any namespace has to be given, in a sentence; empty where there is no such user. */
  readonly howToGrant: string
  /** The viewer whose token it is; may answer from a cache of less than a minute. */
  verify(token: string): Promise<Viewer | Refusal>
  /** Throws {@link AuthSetupError} when no token can be judged as things are. */
  checkSetup(): Promise<void>
  close(): void
}

/** A file or a setting of authentication cannot be used. The message is a sentence. */
export class AuthSetupError extends Error {
  override readonly name = 'AuthSetupError'
}
