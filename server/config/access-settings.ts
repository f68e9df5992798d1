/** The settings that say who gets in and what they may see. */
import { z } from 'zod'
import { optional, setting } from './setting.ts'
import { choice, file, list, parsedText, structure, text, toggle } from './value-kind.ts'

const MAX_GROUPS = 1000
const GROUPS = 'names of groups, each with "all" or a list of namespaces'

const groups = structure<Readonly<Record<string, 'all' | readonly string[]>>>(
  GROUPS,
  z
    .record(
      z.string().min(1),
      z.union([z.literal('all'), z.array(z.string().min(1))], { error: '"all" or a list of namespaces' }),
      { error: GROUPS },
    )
    .refine((value) => Object.keys(value).length <= MAX_GROUPS, { error: `at most ${MAX_GROUPS} groups` }),
)

const headerName = parsedText('the name of a header', (name) =>
  /^[\w-]+$/.test(name) ? name.toLowerCase() : null,
)

/** As in `get flows.goldmane.projectcalico.org`. */
const right = text('a verb and RESOURCE.GROUP, as in "get flows.goldmane.projectcalico.org"', (value) =>
  /^[a-z]+ [a-z]+\.[a-z\d.-]+$/.test(value),
)

export const ACCESS_SETTINGS = {
  auth: setting(choice('none', 'token', 'proxy', 'kubernetes'), 'none', {
    group: 'access',
    file: 'auth.mode',
    argument: 'MODE',
    help: 'none (default, on the loopback only), token, proxy or kubernetes',
  }),
  'auth-token-file': optional(file, {
    group: 'access',
    file: 'auth.tokenFile',
    argument: 'FILE',
    help: 'token: the file with the secret, of at least 16 characters',
  }),
  'trusted-proxy': setting(list(text('an address or a range such as 10.0.0.0/8')), [], {
    group: 'access',
    file: 'auth.trustedProxies',
    argument: 'ADDRESS',
    help: 'take the headers of proxies from this address or range only, the identity in mode proxy among them; may be repeated',
  }),
  'auth-user-header': optional(headerName, {
    group: 'access',
    file: 'auth.proxy.userHeader',
    argument: 'HEADER',
    help: "proxy: the header with the user's name, x-forwarded-user unless given",
  }),
  'auth-email-header': optional(headerName, {
    group: 'access',
    file: 'auth.proxy.emailHeader',
    argument: 'HEADER',
    help: 'proxy: the header that names the user where that is missing, x-forwarded-email unless given',
  }),
  'auth-groups-header': optional(headerName, {
    group: 'access',
    file: 'auth.proxy.groupsHeader',
    argument: 'HEADER',
    help: "proxy: the header with the user's groups, x-forwarded-groups unless given",
  }),
  'auth-groups': optional(groups, {
    group: 'access',
    file: 'auth.proxy.groups',
    help: 'proxy: which namespaces the members of a group see; without it every user sees all',
  }),
  'auth-audience': setting(list(text('an audience of tokens')), [], {
    group: 'access',
    file: 'auth.kubernetes.audiences',
    argument: 'AUDIENCE',
    help: "kubernetes: an audience that a user's token may have; the API server's own unless given; may be repeated",
  }),
  'auth-right': optional(right, {
    group: 'access',
    file: 'auth.kubernetes.right',
    argument: 'RIGHT',
    help: 'kubernetes: the right that opens a namespace, "get flows.goldmane.projectcalico.org" unless given',
  }),
  'auth-api-server': optional(
    text('https://HOST:PORT', (value) => URL.canParse(value) && new URL(value).protocol === 'https:'),
    {
      group: 'access',
      file: 'auth.kubernetes.apiServer',
      argument: 'URL',
      help: "kubernetes: the API server that reviews tokens, for all clusters, and has the policies of --policies kubernetes; that of the gateway's pod unless given",
    },
  ),
  'auth-api-ca': optional(file, {
    group: 'access',
    file: 'auth.kubernetes.ca',
    argument: 'FILE',
    help: "kubernetes, with --auth-api-server: who signed the API server's certificate (PEM)",
  }),
  'auth-api-token-file': optional(file, {
    group: 'access',
    file: 'auth.kubernetes.tokenFile',
    argument: 'FILE',
    help: "kubernetes, with --auth-api-server: the file with the gateway's own token",
  }),
  'hide-other-end': setting(toggle, false, {
    group: 'access',
    file: 'auth.hideOtherEnd',
    help: 'proxy and kubernetes: hide the end of a flow that is in a namespace which the viewer may not see',
  }),
  'insecure-allow-anyone-to-read-all-flows': setting(toggle, false, {
    group: 'access',
    file: 'auth.insecureAllowAnyoneToReadAllFlows',
    help: 'let --auth none listen on another address than the loopback',
  }),
  'insecure-any-host': setting(toggle, false, {
    group: 'access',
    file: 'listen.insecureAnyHost',
    help: 'answer to every host name, which opens the door to DNS rebinding',
  }),
} as const
