/**
 * The manifests of each step. A step of the story has the story's own files and the operator's tier, and nothing else;
 * the whole lab has the policies of what runs beside the app too.
 */
import { assert, unreachable } from '../lib/assert.ts'
import { type NamedText, readManifests } from '../policy/manifest/read-manifests.ts'
import type { ReadManifests } from '../policy/manifest/resources.ts'
import type { DemoStep } from './demo-step.ts'
import { CALICO_SYSTEM } from './manifests/calico-system.ts'
import { NETWORK_SETS, PLATFORM } from './manifests/platform.ts'
import { STAGED_IN_LAB, STAGED_IN_TIER_APP } from './manifests/staged.ts'
import { DEFAULT_DENY, DNS, OPTION_A, OPTION_B, OPTION_C, PART_1 } from './manifests/story.ts'

/** Reads the manifests of a step. */
export function readStep(step: DemoStep): ReadManifests {
  return readManifests(manifestsOf(step))
}

/** The files of the policies that are in force in a step, and of what they are about. */
export function manifestsOf(step: DemoStep): readonly NamedText[] {
  return [
    { name: 'calico-system.yaml', text: CALICO_SYSTEM },
    { name: 'network-sets.yaml', text: NETWORK_SETS },
    ...filesOf(step),
  ]
}

const part1: NamedText = { name: 'part1-networkpolicies.yaml', text: PART_1 }
const defaultDeny: NamedText = { name: '00-default-deny.yaml', text: DEFAULT_DENY }
const dns: NamedText = { name: '01-dns.yaml', text: DNS }
const optionA: NamedText = { name: 'option-a.yaml', text: OPTION_A }
const optionB: NamedText = { name: 'option-b.yaml', text: OPTION_B }
const optionC: NamedText = { name: 'option-c-tiers.yaml', text: OPTION_C }

/** The name of the policy in the lab of the recorded trace, which the demo shows verbatim. */
const labDefaultDeny = edited(defaultDeny, 'name: 00-default-deny', 'name: default-deny')

/** Tier app passes on what it does not decide, and baseline stands after tier default, whose order is 1000000. */
const optionCRepaired = edited(
  edited(optionC, 'spec: { order: 20 }', 'spec: { order: 20, defaultAction: Pass }'),
  'spec: { order: 100 }',
  'spec: { order: 2000000 }',
)

function edited({ name, text }: NamedText, before: string, after: string): NamedText {
  assert(text.split(before).length === 2, `${name} has ${before} once`)
  return { name, text: text.replace(before, after) }
}

function filesOf(step: DemoStep): readonly NamedText[] {
  switch (step) {
    case 'lab':
      return [
        labDefaultDeny,
        dns,
        optionB,
        { name: 'platform.yaml', text: PLATFORM },
        { name: 'staged.yaml', text: STAGED_IN_LAB },
      ]
    case 'part-1':
      return [part1]
    case 'default-deny':
      return [defaultDeny]
    case 'dns':
      return [defaultDeny, dns]
    case 'option-a':
      return [part1, optionA, dns]
    case 'option-b':
      return [defaultDeny, dns, optionB]
    case 'option-c':
      return [defaultDeny, dns, optionC]
    case 'option-c-repaired':
      return [defaultDeny, dns, optionCRepaired]
    case 'staged':
      return [defaultDeny, dns, optionCRepaired, { name: 'staged.yaml', text: STAGED_IN_TIER_APP }]
    default:
      return unreachable(step, 'demo step')
  }
}
