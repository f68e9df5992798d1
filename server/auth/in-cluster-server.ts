import type { ApiServerOptions } from './auth-options.ts'
import { AuthSetupError } from './token-verifier.ts'

/** Where the kubelet mounts the account of a pod; the token in it is renewed every hour. */
const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The API server of the cluster in which this process runs as a pod. Throws {@link AuthSetupError} elsewhere. */
export function inClusterServer(environment: Readonly<Record<string, string | undefined>>): ApiServerOptions {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = environment
  if (host === '' || port === '')
    throw new AuthSetupError(
      'Outside of a pod, authentication by Kubernetes needs the address of an API server',
    )
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    tokenFile: `${ACCOUNT_FOLDER}/token`,
    caFile: `${ACCOUNT_FOLDER}/ca.crt`,
  }
}
