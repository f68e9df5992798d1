/** A capture with an unmistakable name in every place where a name can stand, to prove that none of them leaves. */
import { type CaptureHeader, EMPTY_HEADER } from '../../capture/format/capture-header.ts'
import type { Flow, PolicyHit } from '../../flows/flow.ts'
import { buildFlow, buildHit } from '../../flows/testing/build.ts'

/** Every name has this in it, but for those of {@link GENERATED}. */
export const SECRET = 'zorgblat'
/** Every label that stays at the level of names has this in it. */
const SECRET_LABEL = 'quuxmark'
/** Parts that Kubernetes generated. */
const GENERATED = ['6f7c9d5b8d', 'x2x4z', '28401234', 'bcdfghjk'] as const

/** What may stand in no redacted file. */
export function secretsIn(text: string, withLabels: boolean): readonly string[] {
  const secrets = [SECRET, ...GENERATED, '10.77', ...(withLabels ? [SECRET_LABEL] : [])]
  return secrets.filter((each) => text.toLowerCase().includes(each))
}

let count = 0
/** A name that no other place has. */
function secret(of: string): string {
  return `${SECRET}-${of}${String.fromCharCode(97 + (count++ % 26))}`
}

function hits(): readonly PolicyHit[] {
  const names = [
    secret('policy'),
    `platform.${secret('policy')}`,
    `knp.default.${secret('policy')}`,
    `default.${secret('policy')}`,
    `kns.${secret('ns')}`,
    `ksa.${secret('ns')}.${secret('account')}`,
    `staged:${secret('policy')}`,
  ]
  const rules = names.map((name, policyIndex) =>
    buildHit({ name, namespace: secret('ns'), tier: 'platform', policyIndex, action: 'Pass' }),
  )
  const unknown = buildHit({
    kind: `Unknown(${secret('kind')})`,
    action: `Unknown(${secret('action')})`,
    name: secret('policy'),
  })
  const trigger = buildHit({ name: secret('trigger'), namespace: secret('ns') })
  return [
    ...rules,
    unknown,
    buildHit({ kind: 'EndOfTier', name: '', action: 'Deny', ruleIndex: -1, trigger }),
  ]
}

const NAMES = [
  () => `${secret('web')}-6f7c9d5b8d-x2x4z`,
  () => `${secret('web')}-bcdfghjk-*`,
  () => `${secret('job')}-28401234-x2x4z`,
  () => `${secret('set')}-0`,
  () => `${secret('daemon')}-*`,
  () => secret('networkset'),
  () => `ip-10-2-3-4.${SECRET}.internal`,
  () => '10.77.66.55',
  () => `${SECRET} with spaces, "quotes" and ünïcode`,
]

export const SECRET_FLOWS: readonly Flow[] = NAMES.map((name, i) =>
  buildFlow(
    {
      sourceName: name(),
      sourceNamespace: secret('ns'),
      destName: name(),
      destNamespace: secret('ns'),
      destType: `Unknown(${secret('type')})`,
      destServiceName: secret('service'),
      destServiceNamespace: secret('ns'),
      destServicePortName: secret('port'),
      proto: i === 0 ? secret('proto') : 'tcp',
      action: 'Deny',
      policies: { enforced: hits(), pending: hits() },
    },
    {
      startTime: 1_790_000_010 + 15 * i,
      endTime: 1_790_000_025 + 15 * i,
      sourceLabels: [
        `app=${SECRET_LABEL}`,
        `${SECRET_LABEL}.example/team=${SECRET_LABEL}`,
        SECRET_LABEL,
        `projectcalico.org/namespace=${secret('ns')}`,
        `projectcalico.org/serviceaccount=${secret('account')}`,
        'pod-template-hash=6f7c9d5b8d',
        `statefulset.kubernetes.io/pod-name=${secret('set')}-0`,
      ],
      destLabels: [`kubernetes.io/metadata.name=${secret('ns')}`],
    },
  ),
)

export const SECRET_HEADER: CaptureHeader = {
  ...EMPTY_HEADER,
  tool: `${SECRET} 1`,
  source: { kind: 'live', name: `${SECRET} production` },
  cluster: `${SECRET}-cluster`,
  server: `https://goldmane.${SECRET}:7443`,
  window: { from: 1_790_000_010, to: 1_790_000_310 },
  // Two clauses that ask for parts of names, which every record passes.
  filter: `not dst.ns ~ ${SECRET}-nowhere and src.name != ${SECRET} and (${SECRET} or action = deny)`,
  gaps: [{ from: 1_790_000_010, to: 1_790_000_025, reason: `goldmane.${SECRET} did not answer` }],
  others: { [SECRET]: SECRET },
}
