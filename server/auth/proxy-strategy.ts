import { headerValues, type HttpRequest } from '../lib/http-message.ts'
import type { ProxyAuthOptions } from './auth-options.ts'
import type { AuthStrategy } from './auth-strategy.ts'
import { Refusal } from './access-refusal.ts'
import { AuthSetupError } from './token-verifier.ts'
import type { TrustedProxies } from './trusted-proxies.ts'
import type { Viewer } from './viewer.ts'

const MAX_NAME_LENGTH = 256
/** An identity provider may send hundreds; the header itself is bounded by the server. */
const MAX_GROUPS = 1_000

/**
 * Believes the identity headers of a proxy in front, and of nobody else. Every identity header may come once: a second one
 * can only be from the client itself, past a proxy that adds its own without removing what is there.
 */
export class ProxyStrategy implements AuthStrategy {
  readonly hint = null
  readonly login = null
  readonly #proxies: TrustedProxies
  readonly #options: ProxyAuthOptions
  readonly #headers: { readonly user: string; readonly groups: string; readonly email: string }

  /** Throws {@link AuthSetupError} when no proxy is named. */
  constructor(options: ProxyAuthOptions, proxies: TrustedProxies) {
    if (proxies.isEmpty)
      throw new AuthSetupError(
        'Authentication by a proxy needs the addresses of the proxies that may name a user',
      )
    this.#proxies = proxies
    this.#options = options
    const {
      user = 'x-forwarded-user',
      groups = 'x-forwarded-groups',
      email = 'x-forwarded-email',
    } = options.headers ?? {}
    this.#headers = { user: user.toLowerCase(), groups: groups.toLowerCase(), email: email.toLowerCase() }
  }

  authenticate(request: HttpRequest): Promise<Viewer | Refusal> {
    return Promise.resolve(this.#identify(request))
  }

  checkSetup(): Promise<void> {
    return Promise.resolve()
  }

  close(): void {}

  #identify(request: HttpRequest): Viewer | Refusal {
    const { user, groups, email } = this.#headers
    const values = {
      user: headerValues(request, user),
      groups: headerValues(request, groups),
      email: headerValues(request, email),
    }
    const sent = Object.values(values).flat().length > 0
    if (!this.#proxies.sent(request))
      return sent
        ? new Refusal(
            403,
            'identity headers from an unlisted address',
            'Only the proxy in front may say who a user is.',
          )
        : new Refusal(401, 'no identity headers', 'Open this page through the proxy that logs users in.')
    if (Object.values(values).some(({ length }) => length > 1))
      return new Refusal(400, 'ambiguous headers', 'The proxy in front sent an identity header twice.')
    const name = readText(values.user[0]) || readText(values.email[0])
    if (name === '')
      return new Refusal(401, 'no identity headers', 'The proxy in front did not say who the user is.')
    if (name.length > MAX_NAME_LENGTH)
      return new Refusal(400, 'ambiguous headers', 'The proxy in front sent a user name that is too long.')
    return {
      name,
      namespaces: this.#namespacesOf(readText(values.groups[0])),
      hidesOtherEnd: this.#options.hidesOtherEnd ?? false,
    }
  }

  /** @param text The groups, comma-separated. Groups that the configuration does not name open nothing. */
  #namespacesOf(text: string): Viewer['namespaces'] {
    const mapping = this.#options.groups
    if (mapping === undefined) return 'all'
    const namespaces = new Set<string>()
    for (const group of text.split(',', MAX_GROUPS)) {
      const name = group.trim()
      const opened = Object.hasOwn(mapping, name) ? mapping[name] : undefined
      if (opened === 'all') return 'all'
      for (const namespace of opened ?? []) namespaces.add(namespace)
    }
    return namespaces
  }
}

/** Node reads the bytes of a header as Latin-1; proxies send UTF-8. */
function readText(value: string | undefined): string {
  return Buffer.from(value ?? '', 'latin1')
    .toString('utf8')
    .trim()
}
