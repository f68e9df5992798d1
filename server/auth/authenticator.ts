/**
 * Who may see what: the one door of this room.
 *
 * For every call the gateway first checks Host and Origin (`server/gateway/access.ts`), then offers the call to `handle`, and
 * asks `authenticate` before anything of Goldmane's is answered. A call that stays open is given to `watch`.
 */
import type { Clock } from '../../src/lib/clock.ts'
import { unreachable } from '../../src/lib/assert.ts'
import type { HttpRequest, HttpResponse } from '../lib/http-message.ts'
import type { Log } from '../lib/log.ts'
import { AccessWatch } from './access-watch.ts'
import type { AuthMode, AuthOptions } from './auth-options.ts'
import type { AuthStrategy } from './auth-strategy.ts'
import { Refusal } from './access-refusal.ts'
import { KubernetesVerifier } from './kubernetes-verifier.ts'
import { ProxyStrategy } from './proxy-strategy.ts'
import { RefusalLog } from './access-refusal-log.ts'
import { SecretToken } from './secret-token.ts'
import { SessionRoutes } from './session-routes.ts'
import { TokenStrategy } from './token-strategy.ts'
import { TrustedProxies } from './trusted-proxies.ts'
import { EVERYONE, type Viewer } from './viewer.ts'

export interface AuthContext {
  readonly log: Log
  readonly clock: Clock
  /** Empty, or like `/flowtrace`. */
  readonly basePath?: string
  /** See {@link TrustedProxies}; in the mode `proxy` they are also who may name the user. None unless given. */
  readonly trustedProxies?: readonly string[]
}

export interface Authenticator {
  readonly mode: AuthMode
  /** Shared with the gateway's checks of Host and Origin. */
  readonly proxies: TrustedProxies
  /** Who sent the request. A refusal is logged here; {@link answerRefusal} answers it. Never rejects. */
  authenticate(request: HttpRequest): Promise<Viewer | Refusal>
  /**
   * Answers GET /session, POST /login and POST /logout, and returns whether it was one of them.
   *
   * @param path Without base path and query.
   */
  handle(request: HttpRequest, response: HttpResponse, path: string): boolean
  /**
   * Calls `onChange` once as soon as an open call would no longer be let in (a {@link Refusal}), or its viewer's rights have
   * changed (the new viewer); the call then has to end. Returns how to stop watching.
   */
  watch(request: HttpRequest, viewer: Viewer, onChange: (now: Viewer | Refusal) => void): () => void
  /** Logs a refusal of the gateway's own, such as that of a host name. */
  reportRefusal(request: HttpRequest, refusal: Refusal): void
  /** Throws {@link AuthSetupError} when nobody could be let in as things are: before the start, and for readiness. */
  checkSetup(): Promise<void>
  close(): void
}

/** Throws {@link TrustedProxiesError} or {@link AuthSetupError} for settings that cannot be. */
export function createAuthenticator(options: AuthOptions, context: AuthContext): Authenticator {
  const { log, clock } = context
  const { mode } = options
  const proxies = new TrustedProxies(context.trustedProxies ?? [])
  const strategy = createStrategy(options, context, proxies)
  const refusals = new RefusalLog(log, clock)
  const watch = new AccessWatch((request) => strategy.authenticate(request, true), clock)

  const reportRefusal = (request: HttpRequest, refusal: Refusal) =>
    refusals.report(refusal, proxies.clientAddress(request))
  const onLogout = () => watch.recheckAll()
  const routes = new SessionRoutes({ mode, strategy, proxies, clock, onRefusal: reportRefusal, onLogout })

  return {
    mode,
    proxies,
    reportRefusal,
    async authenticate(request) {
      const result = await strategy.authenticate(request, false)
      if (result instanceof Refusal) reportRefusal(request, result)
      return result
    },
    handle: (request, response, path) => routes.handle(request, response, path),
    watch: (request, viewer, onChange) => watch.add(request, viewer, onChange),
    checkSetup: () => strategy.checkSetup(),
    close() {
      watch.close()
      strategy.close()
    },
  }
}

function createStrategy(options: AuthOptions, context: AuthContext, proxies: TrustedProxies): AuthStrategy {
  const { log, clock, basePath = '' } = context
  switch (options.mode) {
    case 'none':
      return OPEN_DOOR
    case 'token':
      return new TokenStrategy(new SecretToken(options.tokenFile, log), proxies, basePath, clock)
    case 'proxy':
      return new ProxyStrategy(options, proxies)
    case 'kubernetes':
      return new TokenStrategy(new KubernetesVerifier(options, log, clock), proxies, basePath, clock)
    default:
      return unreachable(options, 'mode of authentication')
  }
}

const OPEN_DOOR: AuthStrategy = {
  hint: null,
  login: null,
  authenticate: () => Promise.resolve(EVERYONE),
  checkSetup: () => Promise.resolve(),
  close: () => {},
}
