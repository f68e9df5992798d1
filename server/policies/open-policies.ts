import { unreachable } from '../../src/lib/assert.ts'
import type { Clock } from '../../src/lib/clock.ts'
import type { ApiServerOptions } from '../auth/auth-options.ts'
import { inClusterServer } from '../auth/in-cluster-server.ts'
import { AuthSetupError } from '../auth/token-verifier.ts'
import type { Log } from '../lib/log.ts'
import { ClusterWatch } from './cluster-watch.ts'
import { DemoSource } from './demo-source.ts'
import { FolderSource } from './folder-source.ts'
import { PolicyAnswers } from './policy-answers.ts'
import type { PolicyOptions } from './policy-source.ts'

/** Begins to read. Throws AuthSetupError where there is no API server to ask. */
export function openPolicies(
  options: PolicyOptions,
  { clock, log }: { clock: Clock; log: Log },
): PolicyAnswers {
  switch (options.kind) {
    case 'kubernetes': {
      const server = options.server ?? ownServer()
      return new PolicyAnswers(new ClusterWatch({ server, clock, log }))
    }
    case 'files':
      return new PolicyAnswers(new FolderSource(options.path, clock, log))
    case 'demo':
      return new PolicyAnswers(new DemoSource(options.policies, clock.now() / 1000))
    default:
      return unreachable(options, 'where policies come from')
  }
}

function ownServer(): ApiServerOptions {
  try {
    return inClusterServer(process.env)
  } catch (error) {
    throw new AuthSetupError('Outside of a pod, --policies kubernetes needs --auth-api-server', {
      cause: error,
    })
  }
}
