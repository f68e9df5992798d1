/** The app with its three hops: its clients, its own connections, and what others try to reach of it. */
import { API_SERVICE, type Conversation, DB_SERVICE } from '../conversation.ts'
import { API, CRAWLER, DB, INGRESS_CONTROLLER, INTERNET, PAYMENTS, TEST, WEB } from '../endpoints.ts'
import { datagrams, requests } from '../traffic.ts'

export const APP: readonly Conversation[] = [
  {
    from: INTERNET,
    to: INGRESS_CONTROLLER,
    proto: 'tcp',
    port: 443,
    service: {
      name: 'ingress-nginx-controller',
      namespace: 'ingress-nginx',
      portName: 'https',
      port: 443,
    },
    traffic: requests({ started: 24, open: 6, exchanges: 60, sent: 620, received: 5200 }),
  },
  {
    from: INTERNET,
    to: INGRESS_CONTROLLER,
    proto: 'tcp',
    port: 80,
    service: { name: 'ingress-nginx-controller', namespace: 'ingress-nginx', portName: 'http', port: 80 },
    traffic: requests({ started: 3, open: 0, exchanges: 3, sent: 240, received: 310 }),
    chance: 0.7,
  },
  {
    // Without a service: the controller balances over the pods itself, so no node translates an address.
    from: INGRESS_CONTROLLER,
    to: WEB,
    proto: 'tcp',
    port: 8080,
    traffic: requests({ started: 4, open: 8, exchanges: 60, sent: 810, received: 5100 }),
  },
  {
    from: WEB,
    to: API,
    proto: 'tcp',
    port: 80,
    service: API_SERVICE,
    traffic: requests({ started: 18, open: 4, exchanges: 85, sent: 430, received: 1900 }),
  },
  {
    from: API,
    to: DB,
    proto: 'tcp',
    port: 5432,
    service: DB_SERVICE,
    traffic: requests({ started: 1, open: 10, exchanges: 170, sent: 210, received: 940 }),
  },
  {
    // The main denial of the demo, with its recorded trace: `curl api.backend` in a loop from the netshoot pod.
    from: TEST,
    to: API,
    proto: 'tcp',
    port: 80,
    service: API_SERVICE,
    traffic: requests({ started: 2, open: 0, exchanges: 2, sent: 75, received: 1900 }),
  },
  {
    from: API,
    to: PAYMENTS,
    proto: 'tcp',
    port: 443,
    traffic: requests({ started: 1, open: 1, exchanges: 4, sent: 900, received: 1400 }),
    chance: 0.8,
  },
  {
    from: API,
    to: INTERNET,
    proto: 'tcp',
    port: 4317,
    traffic: requests({ started: 0, open: 1, exchanges: 3, sent: 5200, received: 90 }),
    every: 4,
  },
  {
    from: WEB,
    to: INTERNET,
    proto: 'tcp',
    port: 443,
    traffic: requests({ started: 1, open: 0, exchanges: 2, sent: 640, received: 8200 }),
    chance: 0.35,
  },
  {
    // The front end's health page requests the back end's metrics port, which only monitoring is meant to reach.
    from: WEB,
    to: API,
    proto: 'tcp',
    port: 9090,
    traffic: requests({ started: 1, open: 0, exchanges: 1, sent: 120, received: 9800 }),
    every: 8,
  },
  ...[80, 443].map((port): Conversation => ({
    from: CRAWLER,
    to: INTERNET,
    proto: 'tcp',
    port,
    traffic: requests({ started: 3, open: 0, exchanges: 6, sent: 380, received: 24_000 }),
    chance: 0.5,
  })),
  {
    from: CRAWLER,
    to: API,
    proto: 'tcp',
    port: 80,
    service: API_SERVICE,
    traffic: requests({ started: 1, open: 0, exchanges: 1, sent: 380, received: 1900 }),
    chance: 0.15,
  },
  {
    from: CRAWLER,
    to: INTERNET,
    proto: 'udp',
    port: 123,
    traffic: datagrams(1, 48, 48),
    every: 6,
  },
]
