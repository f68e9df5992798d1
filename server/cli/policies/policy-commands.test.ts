/** What the terminal's commands for policies print, and their exit statuses. */
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../lib/usage-error.ts'
import { storyFolder } from '../../testing/story-folder.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { parsePolicyCommand } from './policy-options.ts'
import { runEval } from './run-eval.ts'
import { runLint } from './run-lint.ts'

async function run(name: 'eval' | 'lint', ...argv: readonly string[]) {
  const command = parsePolicyCommand(name, argv)
  let [out, error] = ['', '']
  const streams = {
    stdout: { write: (text: string) => Boolean((out += text)) },
    stderr: { write: (text: string) => Boolean((error += text)) },
  }
  if (command.command === 'policy command help') return { status: 0, out: command.text, error }
  if (command.command === 'check') throw new Error('check has tests of its own')
  const status =
    command.command === 'eval' ? await runEval(command, streams) : await runLint(command, streams)
  return { status, out, error }
}

function podManifest(name: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: a }\nspec: {}\n---\n`
}

function dualStackPod(name: string, number: number): string {
  const status = `status: { podIPs: [{ ip: 10.0.0.${number} }, { ip: "fd00::${number}" }] }`
  return podManifest(name).replace('spec: {}', `spec: {}\n${status}`)
}

const OPTION_B = ['00-default-deny', '01-dns', 'option-b'] as const
const OPTION_C = ['00-default-deny', '01-dns', 'option-c-tiers'] as const

describe('eval', () => {
  test('prints the traces of both ends, with the places of rules', async () => {
    const folder = await storyFolder(...OPTION_B)
    const ends = ['--from', 'frontend/web', '--to', 'backend/api', '--port', 'tcp/80']
    expect(await run('eval', '--policies', folder, ...ends)).toMatchInlineSnapshot(`
      {
        "error": "",
        "out": "frontend/web → backend/api, tcp/80

      egress, as it leaves: Allow
        enforced  Allow GlobalNetworkPolicy 09-frontend-egress-to-backend rule 1  (option-b.yaml:10)
        pending   the same

      ingress, as it arrives: Allow
        enforced  Allow GlobalNetworkPolicy 09-backend-ingress-from-frontend rule 1  (option-b.yaml:21)
        pending   the same
      ",
        "status": 0,
      }
    `)
  })

  test('names the end of tier that denies, for its triggers', async () => {
    const folder = await storyFolder(...OPTION_B)
    const ends = ['--from', 'default/test', '--to', 'backend/api', '--port', 'tcp/80']
    expect((await run('eval', '--policies', folder, ...ends)).out).toMatchInlineSnapshot(`
      "default/test → backend/api, tcp/80

      egress, as it leaves: Deny
        enforced  Deny end of tier default, for GlobalNetworkPolicy 00-default-deny
        pending   Deny end of tier default, for GlobalNetworkPolicy 01-dns-clients-egress

      ingress, as it arrives: Deny
        enforced  Deny end of tier default, for GlobalNetworkPolicy 00-default-deny
        pending   Deny end of tier default, for GlobalNetworkPolicy 09-backend-ingress-from-frontend
      "
    `)
  })

  test('as JSON has hits as Goldmane’s protojson has them', async () => {
    const folder = await storyFolder(...OPTION_B)
    const ends = ['--from', 'default/test', '--to', 'backend/api', '--port', 'tcp/80']
    const { out } = await run('eval', '--policies', folder, ...ends, '--format', 'json')
    expect(JSON.parse(out)).toMatchInlineSnapshot(`
      {
        "egress": {
          "enforced": [
            {
              "action": "Deny",
              "kind": "EndOfTier",
              "ruleIndex": "-1",
              "tier": "default",
              "trigger": {
                "kind": "GlobalNetworkPolicy",
                "name": "00-default-deny",
                "tier": "default",
              },
            },
          ],
          "pending": [
            {
              "action": "Deny",
              "kind": "EndOfTier",
              "ruleIndex": "-1",
              "tier": "default",
              "trigger": {
                "kind": "GlobalNetworkPolicy",
                "name": "01-dns-clients-egress",
                "tier": "default",
              },
            },
          ],
          "pendingVerdict": "Deny",
          "verdict": "Deny",
        },
        "ingress": {
          "enforced": [
            {
              "action": "Deny",
              "kind": "EndOfTier",
              "ruleIndex": "-1",
              "tier": "default",
              "trigger": {
                "kind": "GlobalNetworkPolicy",
                "name": "00-default-deny",
                "tier": "default",
              },
            },
          ],
          "pending": [
            {
              "action": "Deny",
              "kind": "EndOfTier",
              "ruleIndex": "-1",
              "tier": "default",
              "trigger": {
                "kind": "GlobalNetworkPolicy",
                "name": "09-backend-ingress-from-frontend",
                "tier": "default",
              },
            },
          ],
          "pendingVerdict": "Deny",
          "verdict": "Deny",
        },
      }
    `)
  })

  test('says what is not known where the answer depends on it', async () => {
    const folder = await temporaryFolder()
    const policy =
      'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: p, namespace: a }\n' +
      'spec:\n  types: [Ingress]\n  ingress:\n    - { action: Allow, source: { nets: [10.0.0.0/8] } }\n'
    await writeFile(join(folder, 'all.yaml'), `${podManifest('x')}${podManifest('y')}${policy}`)
    const { out } = await run('eval', '--policies', folder, '--from', 'a/x', '--to', 'a/y', '--port', 'udp/1')
    expect(out).toMatchInlineSnapshot(`
      "a/x → a/y, udp/1

      egress, as it leaves: Allow
        enforced  Allow profile kns.a
        pending   the same

      ingress, as it arrives: unknown
        enforced  unknown: one of
          Allow CalicoNetworkPolicy a/p rule 1  (all.yaml:17)
          Deny end of tier default, for CalicoNetworkPolicy a/p
        not known:
          the address of the source
        pending   the same
      "
    `)
  })

  test('takes a namespace that is not among the manifests for one without labels', async () => {
    const folder = await temporaryFolder()
    const policy =
      'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: { name: p }\n' +
      'spec: { namespaceSelector: has(team), ingress: [{ action: Deny }] }\n'
    await writeFile(join(folder, 'all.yaml'), `${podManifest('x')}${podManifest('y')}${policy}`)
    const { out } = await run('eval', '--policies', folder, '--from', 'a/x', '--to', 'a/y', '--port', 'udp/1')
    expect(out).toContain('ingress, as it arrives: Allow')
  })

  test('takes one of the families of a pod that has both', async () => {
    const folder = await temporaryFolder()
    const policy =
      'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: p, namespace: a }\n' +
      'spec: { types: [Ingress], ingress: [{ action: Allow, source: { nets: [10.0.0.0/8] } }] }\n'
    await writeFile(join(folder, 'all.yaml'), `${dualStackPod('x', 1)}${dualStackPod('y', 2)}${policy}`)
    const verdict = async (...flags: readonly string[]): Promise<unknown> => {
      const ends = ['--from', 'a/x', '--to', 'a/y', '--port', 'tcp/1', '--format', 'json']
      const { out } = await run('eval', '--policies', folder, ...ends, ...flags)
      return (JSON.parse(out) as { ingress: { verdict: unknown } }).ingress.verdict // as eval prints it
    }
    expect(await verdict()).toBe('unknown')
    expect(await verdict('--ip-version', '4')).toBe('Allow')
    expect(await verdict('--ip-version', '6')).toBe('Deny')
    await expect(verdict('--ip-version', '5')).rejects.toThrow('--ip-version wants 4, 6')
  })

  test('takes addresses outside the cluster, which have no policies', async () => {
    const folder = await storyFolder('00-default-deny', '01-dns')
    const ends = ['--from', 'kube-system/coredns', '--to', '8.8.8.8', '--port', 'udp/53']
    expect((await run('eval', '--policies', folder, ...ends)).out).toMatchInlineSnapshot(`
      "kube-system/coredns → 8.8.8.8, udp/53

      egress, as it leaves: Allow
        enforced  Allow GlobalNetworkPolicy 02-dns-core rule 2  (01-dns.yaml:34)
        pending   the same

      ingress, as it arrives: no endpoint that Calico knows, so no policy
      "
    `)
  })

  test('offers the pod that is probably meant', async () => {
    const folder = await storyFolder()
    const ends = ['--from', 'frontend/wbe', '--to', 'backend/api', '--port', 'tcp/80']
    await expect(run('eval', '--policies', folder, ...ends)).rejects.toThrow(
      new UsageError('--from: there is no pod frontend/wbe among the manifests. Perhaps: frontend/web'),
    )
  })

  test.each([
    ['tcp', 'the port is missing'],
    ['tcp/70000', 'a number from 0 to 65535 is expected'],
    ['tcp/80/1', 'there is one port'],
    ['icmp/300', 'a number from 0 to 255 is expected'],
    ['http/80', '"http" is no protocol'],
    ['47/1', 'this protocol has no ports'],
  ])('refuses the port %s', (port, why) => {
    const ends = ['--policies', '.', '--from', 'a/b', '--to', 'c/d']
    expect(() => parsePolicyCommand('eval', [...ends, '--port', port])).toThrow(why)
  })
})

describe('lint', () => {
  test('finds the trap of option C by itself', async () => {
    const folder = await storyFolder(...OPTION_C)
    const { status, out } = await run('lint', '--policies', folder)
    expect(status).toBe(1)
    expect(out.split('\n').filter((line) => line.includes('[tier-swallows]'))).toMatchInlineSnapshot(`
      [
        "option-c-tiers.yaml:1:1: warning: Tier app [tier-swallows]",
        "option-c-tiers.yaml:1:1: warning: Tier app [tier-swallows]",
        "option-c-tiers.yaml:6:1: warning: Tier baseline [tier-swallows]",
        "option-c-tiers.yaml:6:1: warning: Tier baseline [tier-swallows]",
      ]
    `)
  })

  test('ends with 0 where nothing is found that it fails on', async () => {
    const folder = await storyFolder(...OPTION_B)
    const { status, out } = await run('lint', '--policies', folder)
    expect({ status, last: out.trimEnd().split('\n').at(-1) }).toMatchInlineSnapshot(`
      {
        "last": "7 policies, 0 warnings, 4 notes.",
        "status": 0,
      }
    `)
    expect((await run('lint', '--policies', folder, '--fail-on', 'note')).status).toBe(1)
  })

  test('names what cannot be read, and fails for it', async () => {
    const folder = await temporaryFolder()
    await writeFile(
      join(folder, 'bad.yaml'),
      'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: { name: a }\nspec: { selector: "app = 1" }\n',
    )
    expect(await run('lint', '--policies', folder)).toMatchInlineSnapshot(`
      {
        "error": "",
        "out": "bad.yaml:4:24: refused: GlobalNetworkPolicy a spec.selector: No selector: A single =: the operator is ==
      0 policies, 0 warnings, 0 notes, 1 fault.
      ",
        "status": 1,
      }
    `)
    expect((await run('lint', '--policies', folder, '--fail-on', 'never')).status).toBe(0)
  })

  test('reads files behind links, as those of a mounted ConfigMap are, and none twice', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, '..data'))
    await writeFile(join(folder, '..data', 'a.yaml'), podManifest('x'))
    await symlink(join('..data', 'a.yaml'), join(folder, 'a.yaml'))
    expect((await run('lint', '--policies', folder)).out).toBe('0 policies, 0 warnings, 0 notes.\n')
  })

  test('refuses a folder without manifests', async () => {
    await expect(run('lint', '--policies', await temporaryFolder())).rejects.toThrow(/There are no \.yaml/)
  })

  test('never prints control characters of manifests', async () => {
    const folder = await temporaryFolder()
    await writeFile(
      join(folder, 'odd.yaml'),
      'kind: "Odd\\e[31m"\napiVersion: v1\nmetadata: { name: "a\\x9b" }\n',
    )
    const { out } = await run('lint', '--policies', folder)
    // oxlint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/)
  })
})
