import { createHash, timingSafeEqual } from 'node:crypto'
import { errorCode } from '../lib/error-code.ts'
import type { Log } from '../lib/log.ts'
import { Refusal } from './access-refusal.ts'
import { AuthSetupError, type TokenVerifier } from './token-verifier.ts'
import { EVERYONE, type Viewer } from './viewer.ts'
import { WatchedFile } from './watched-file.ts'

const MIN_TOKEN_LENGTH = 16

/**
 * One secret for all, in a file. The file is looked at on every call: when its content has changed, the sessions that began
 * with the old secret are over, because theirs is judged again.
 */
export class SecretToken implements TokenVerifier {
  readonly hint = 'Ask whoever runs this gateway for its token.'
  readonly howToGrant = ''
  readonly #file: WatchedFile
  readonly #log: Log
  #lastError = ''

  constructor(path: string, log: Log) {
    this.#file = new WatchedFile(path)
    this.#log = log
  }

  async verify(token: string): Promise<Viewer | Refusal> {
    let secret
    try {
      secret = await this.#read()
      this.#lastError = ''
    } catch (error) {
      return this.#refuse(error)
    }
    // Texts of different lengths cannot be compared in constant time; their hashes can.
    if (timingSafeEqual(hashOf(token), hashOf(secret))) return EVERYONE
    return new Refusal(401, 'wrong token', 'This is not the token of this gateway.')
  }

  async checkSetup(): Promise<void> {
    await this.#read()
  }

  close(): void {}

  async #read(): Promise<string> {
    let text
    try {
      text = await this.#file.read()
    } catch (error) {
      throw new AuthSetupError(`The token file ${this.#file.path} cannot be read (${errorCode(error)})`, {
        cause: error,
      })
    }
    const secret = text.replace(/\r?\n$/, '')
    if (secret.length < MIN_TOKEN_LENGTH)
      throw new AuthSetupError(
        `The token in ${this.#file.path} has fewer than ${MIN_TOKEN_LENGTH} characters`,
      )
    if (/[^\x21-\x7e]/.test(secret))
      throw new AuthSetupError(
        `The token in ${this.#file.path} has characters that a header cannot carry, such as a space`,
      )
    return secret
  }

  #refuse(error: unknown): Refusal {
    const message = errorCode(error)
    // Once for each kind of failure, not once a call.
    if (message !== this.#lastError) this.#log.error('token file unusable', { error: message })
    this.#lastError = message
    return new Refusal(
      503,
      'authentication out of order',
      'The gateway cannot read its token file; its log says why.',
    )
  }
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
