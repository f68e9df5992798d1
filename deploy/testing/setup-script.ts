/** Runs the set-up step with a scripted kubectl and the real openssl. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deployFolder } from './manifests.ts'

export interface Rule {
  /** A regular expression for the arguments. */
  readonly call: string
  readonly stdout?: string
  readonly stderr?: string
  readonly status?: number
}

export interface Call {
  readonly call: string
  readonly stdin: string
}

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  readonly calls: readonly Call[]
  /** What is left in the folder for temporary files. */
  readonly leftOver: readonly string[]
}

export interface Authority {
  /** PEM. */
  readonly ca: string
  readonly key: string
}

/** A CA as the operator has one. Throws without openssl. */
export function createAuthority(name: string): Authority {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', '-']
  const { stdout, error } = spawnSync(
    'openssl',
    ['req', '-x509', ...key, '-subj', `/CN=${name}`, '-days', '30'],
    {
      encoding: 'utf8',
    },
  )
  if (error !== undefined)
    throw new Error('openssl is needed; npm test installs it on Debian', { cause: error })
  const [ca = ''] = /-----BEGIN CERTIFICATE-----[^]*-----END CERTIFICATE-----\n/.exec(stdout) ?? []
  return { ca, key: stdout.replace(ca, '') }
}

export const base64 = (text: string) => Buffer.from(text).toString('base64')

/** The answers of a cluster that has Goldmane with this CA, and was not set up yet. */
export function clusterOf(authority: Authority): readonly Rule[] {
  return [
    { call: '^get --raw /version', stdout: '{}' },
    { call: '^auth can-i', stdout: 'yes\n' },
    { call: '^get namespace flowtrace', stderr: 'Error from server (NotFound)', status: 1 },
    { call: '^get secret flowtrace-token', stderr: 'Error from server (NotFound)', status: 1 },
    { call: '^get configmap goldmane-ca-bundle .*tigera-ca-bundle.crt', stdout: authority.ca },
    { call: '^get configmap', stderr: 'Error from server (NotFound)', status: 1 },
    { call: '^get secret tigera-ca-private .*tls.crt', stdout: base64(authority.ca) },
    { call: '^get secret tigera-ca-private .*tls.key', stdout: base64(authority.key) },
  ]
}

/** Runs deploy/setup/setup.sh: each call of kubectl is answered by the first rule that it matches. */
export async function setup(args: readonly string[], rules: readonly Rule[]): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'flowtrace-'))
  try {
    return await setupIn(folder, args, rules)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function setupIn(folder: string, args: readonly string[], rules: readonly Rule[]): Promise<Outcome> {
  const bin = join(folder, 'bin')
  const tmp = join(folder, 'tmp')
  await mkdir(bin)
  await mkdir(tmp)
  await symlink(`${deployFolder}testing/scripted-kubectl.sh`, join(bin, 'kubectl'))
  await writeRules(join(folder, 'rules'), rules)
  const { status, stdout, stderr } = spawnSync('sh', [`${deployFolder}setup/setup.sh`, ...args], {
    encoding: 'utf8',
    env: {
      PATH: `${bin}:${process.env['PATH']}`,
      TMPDIR: tmp,
      NODE: process.execPath,
      KUBECTL_RULES: join(folder, 'rules'),
      KUBECTL_LOG: join(folder, 'log'),
    },
  })
  const log = await readFile(join(folder, 'log'), 'utf8').catch(() => '')
  // The call and its input in turn; after the last one there is a NUL, too.
  const parts = log.split('\0').slice(0, -1)
  return {
    status,
    stdout,
    stderr,
    calls: parts.flatMap((call, i) => (i % 2 === 0 ? [{ call, stdin: parts[i + 1] ?? '' }] : [])),
    leftOver: await readdir(tmp),
  }
}

/** As scripted-kubectl.sh reads them. */
async function writeRules(folder: string, rules: readonly Rule[]): Promise<void> {
  await mkdir(folder)
  await writeFile(join(folder, 'calls'), rules.map(({ call }) => `${call}\n`).join(''))
  for (const [i, { stdout = '', stderr = '', status = 0 }] of rules.entries())
    for (const [name, text] of Object.entries({ stdout, stderr, status: `${status}` }))
      writeFileSync(join(folder, `${i + 1}.${name}`), text)
}

/** The objects that were applied, by name. */
export function applied({ calls }: Outcome): Readonly<Record<string, unknown>> {
  const inputs = calls.filter(({ call }) => call.startsWith('apply ')).map(({ stdin }) => JSON.parse(stdin))
  return Object.fromEntries(inputs.map((object) => [object.metadata.name, object]))
}
