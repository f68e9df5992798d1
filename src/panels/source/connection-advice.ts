/**
 * What each kind of failure is called, and what to do about it. Names of flags, variables, chart values, commands and
 * files stand in backticks; deploy/advice.test.ts holds each to what exists.
 */
import type { FailureKind, StepFacts } from '../../wire/connection-chain.ts'

/** What the browser itself knows, where the gateway does not answer or does not say. */
export type BrowserFailure =
  | 'gateway-away'
  | 'browser-offline'
  | 'login'
  | 'refused'
  | 'not-grpc-web'
  | 'goldmane-away'
  | 'bug'

export type AdviceKind = FailureKind | BrowserFailure

export interface Advice {
  readonly headline: string
  /** One to three steps. */
  readonly steps: (facts: StepFacts) => readonly string[]
}

const SETUP_AGAIN = 'In a cluster, run `deploy/setup/setup.sh` again.'
const LOG = 'Read the log: `kubectl logs -n flowtrace deployment/flowtrace --since 10m`.'
const ADDRESS =
  'Check the address: `--goldmane`, `FLOWTRACE_GOLDMANE`, or `goldmane.url` in the chart. Goldmane listens on port 7443.'
const SERVICE = 'See whether Goldmane’s Service is there: `kubectl get service goldmane -n calico-system`.'
const PODS =
  'See whether Goldmane runs: `kubectl get pods -n calico-system -l k8s-app=goldmane`, and `kubectl get tigerastatus goldmane`.'
const POLICY =
  'If the cluster denies by default, let the connection through: `kubectl apply -f deploy/calico/flowtrace.yaml`.'
const CA =
  'Outside of it, give the CA’s file: `--ca` or `FLOWTRACE_CA`; in the chart `goldmane.caConfigMap` has it.'
const OWN =
  'Outside of it, give a certificate that Goldmane’s CA signed: `--cert` and `--key`, or `FLOWTRACE_CERT` and `FLOWTRACE_KEY`; in the chart `goldmane.clientSecret` has both.'
const BY_ITSELF = 'It comes back by itself: the gateway goes on trying.'

export const ADVICE: Readonly<Record<AdviceKind, Advice>> = {
  'name-not-found': advice('Goldmane’s name was not found', SERVICE, ADDRESS),
  'name-no-answer': advice(
    'DNS does not answer',
    POLICY,
    'See whether the cluster’s DNS runs: `kubectl get pods -n kube-system -l k8s-app=kube-dns`.',
  ),
  'port-refused': advice('Nothing listens on Goldmane’s port', PODS, ADDRESS, BY_ITSELF),
  'port-no-answer': advice(
    'Goldmane’s port does not answer: something drops the connection',
    POLICY,
    ADDRESS,
  ),
  'port-failed': advice('No connection to Goldmane’s port', ADDRESS, POLICY, LOG),
  'ca-file': advice('The file of Goldmane’s CA cannot be used', SETUP_AGAIN, CA, LOG),
  'tls-no-answer': advice(
    'Goldmane accepts connections and does not go on',
    PODS,
    'If something stands between, such as a mesh or a proxy, let port 7443 pass it untouched.',
  ),
  'tls-not-spoken': advice('What listens there does not speak TLS', ADDRESS),
  'tls-failed': advice('TLS with Goldmane failed', ADDRESS, LOG),
  'certificate-expired': advice(
    'Goldmane’s certificate has expired',
    'The operator renews it; see why it did not: `kubectl logs -n tigera-operator deployment/tigera-operator`.',
    'If the time above is not past, the gateway’s clock is wrong.',
  ),
  'certificate-not-yet-valid': advice(
    'Goldmane’s certificate is not valid yet',
    'Compare the clocks of the gateway’s machine and of Goldmane’s node.',
  ),
  'certificate-name': {
    headline: 'Goldmane’s certificate is not valid for the name that was asked',
    steps: ({ names = [], issuer }) => [
      names[0] === undefined
        ? 'Start with `--server-name` and the name in the certificate, or set `FLOWTRACE_SERVER_NAME`, or `goldmane.serverName` in the chart.'
        : `Start with \`--server-name ${names[0]}\`, or set \`FLOWTRACE_SERVER_NAME\`, or \`goldmane.serverName\` in the chart, to that name.`,
      `If that name is not one you know: compare the certificate’s issuer${issuer === undefined ? '' : `, \`${issuer}\`,`} before you go on.`,
    ],
  },
  'certificate-ca': advice(
    'Goldmane’s certificate is not signed by the given CA',
    `${SETUP_AGAIN} It copies the CA that is in use now.`,
    CA,
  ),
  'certificate-ca-missing': advice('The CA of Goldmane’s certificate was not given', CA, SETUP_AGAIN),
  'own-files': advice('The gateway’s own certificate cannot be used', SETUP_AGAIN, OWN, LOG),
  'own-missing': advice('Goldmane wants a client certificate', SETUP_AGAIN, OWN),
  'own-expired': advice('The gateway’s own certificate has expired', SETUP_AGAIN, OWN),
  'own-refused': advice(
    'Goldmane does not accept the gateway’s own certificate',
    SETUP_AGAIN,
    OWN,
    'If the CA was replaced while Goldmane ran: `kubectl rollout restart -n calico-system deployment/goldmane`.',
  ),
  'tls-wanted': advice(
    'Goldmane closed the connection: it may want TLS',
    'Give an address with https:// in `--goldmane`, `FLOWTRACE_GOLDMANE`, or `goldmane.url` in the chart.',
  ),
  'not-grpc': advice('What answers there is not Goldmane', ADDRESS, LOG),
  'too-many-streams': advice(
    'Goldmane has too many streams',
    'Goldmane allows 100 in all: stop other clients and gateways of it.',
    'Run fewer replicas: `replicas` in the chart.',
    BY_ITSELF,
  ),
  'not-admitted': advice(
    'Goldmane, or a proxy before it, does not admit this gateway',
    'Read the log of the proxy before Goldmane; Goldmane itself admits every certificate of its CA.',
    BY_ITSELF,
  ),
  'stream-ended': advice('Goldmane ended the stream', PODS, BY_ITSELF),
  silent: advice(
    'Goldmane does not answer',
    'It is connected, and hung or overloaded; see its load: `kubectl top pod -n calico-system`.',
    'See its log: `kubectl logs -n calico-system deployment/goldmane --since 10m`.',
    'The gateway asks again by itself.',
  ),
  unknown: advice('Goldmane cannot be reached', ADDRESS, LOG),
  'gateway-away': advice(
    'Flowtrace’s server does not answer',
    'See whether it runs: `kubectl get pods -n flowtrace`, or the terminal in which it was started.',
    'If you reach it through a port-forward, start that again: `kubectl port-forward -n flowtrace service/flowtrace 8081`.',
  ),
  'browser-offline': advice('This browser has no network', 'Connect it; the page goes on by itself.'),
  login: advice('The server does not know who is asking', 'Log in again; what was received stays.'),
  refused: advice(
    'The server does not let this page have the flows',
    'Ask whoever runs it for the right: who gets in is set by `--auth`, `FLOWTRACE_AUTH`, or `auth.mode` in the chart.',
    LOG,
  ),
  'not-grpc-web': advice(
    'What answers at this address does not send flows',
    'If a proxy stands before the server, let it pass `/goldmane.Flows/` on.',
    LOG,
  ),
  'goldmane-away': advice('Goldmane cannot be reached', PODS, LOG),
  bug: advice(
    'Something went wrong in Flowtrace itself',
    'Reload the page. If it happens again, please report it with the report below.',
  ),
}

function advice(headline: string, ...steps: readonly string[]): Advice {
  return { headline, steps: () => steps }
}

/** Failures after which Goldmane may have started anew, and lost its hour. */
export const MAY_HAVE_RESTARTED: ReadonlySet<AdviceKind> = new Set<AdviceKind>([
  'port-refused',
  'stream-ended',
  'goldmane-away',
])

export function isAdviceKind(kind: string): kind is AdviceKind {
  return Object.hasOwn(ADVICE, kind)
}
